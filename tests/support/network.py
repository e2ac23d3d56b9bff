"""What stands between a client and a server: something that ends TLS, and a proxy.

Each runs in a thread with an event loop of its own, so that a command in another process
can use it as well as a test.
"""

import asyncio
import ssl
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Thread

Conversation = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
_PATIENCE = 20.0
_HEAD_END = b"\r\n\r\n"


@contextmanager
def listening_with(talk: Conversation, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """A port on which `talk` is held with everybody, for as long as the block lasts."""
    started: Future[tuple[asyncio.AbstractEventLoop, int]] = Future()
    stop = asyncio.Event()
    thread = Thread(target=asyncio.run, args=[_listen(talk, context, started, stop)], daemon=True)
    thread.start()
    loop, port = started.result(timeout=_PATIENCE)
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(timeout=_PATIENCE)


@contextmanager
def tls_before(port: int, context: ssl.SSLContext) -> Iterator[int]:
    """A port that speaks TLS, and hands on to one that does not."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _join(reader, writer, port)

    with listening_with(talk, context) as listening:
        yield listening


@dataclass(frozen=True, slots=True, kw_only=True)
class TunnelProxy:
    """A proxy that makes tunnels; `asked` says where to, and what came as a login."""

    port: int
    asked: list[tuple[str, str | None]] = field(default_factory=list)


@contextmanager
def tunnels(ways: Mapping[str, int], *, login: str | None = None) -> Iterator[TunnelProxy]:
    """A proxy to the ports in `ways`, by HOST:PORT; `login` is the `user:password` it wants."""
    asked: list[tuple[str, str | None]] = []
    wanted = None if login is None else f"Basic {b64encode(login.encode()).decode()}"

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(_HEAD_END)).decode()
        method, place, _ = head.split(" ", maxsplit=2)
        shown = _header(head, "proxy-authorization")
        asked.append((place, shown))
        if wanted is not None and shown != wanted:
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\n")
            writer.write(b"Proxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n")
        elif method != "CONNECT" or place not in ways:
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        else:
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            await _join(reader, writer, ways[place])

    with listening_with(talk) as port:
        yield TunnelProxy(port=port, asked=asked)


async def _listen(
    talk: Conversation,
    context: ssl.SSLContext | None,
    started: Future[tuple[asyncio.AbstractEventLoop, int]],
    stop: asyncio.Event,
) -> None:
    async def held(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                await talk(reader, writer)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    server = await asyncio.start_server(held, "127.0.0.1", 0, ssl=context)
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)  # handshakes that fail
    started.set_result((asyncio.get_running_loop(), server.sockets[0].getsockname()[1]))
    await stop.wait()
    server.close()


async def _join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    """Carry bytes to a port and back until one side has ended."""
    inner, outer = await asyncio.open_connection("127.0.0.1", port)
    there = asyncio.create_task(_carry(reader, outer))
    back = asyncio.create_task(_carry(inner, writer))
    await asyncio.wait([there, back], return_when=asyncio.FIRST_COMPLETED)
    for task in (there, back):
        task.cancel()
    outer.close()


async def _carry(source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(65536):
            to.write(data)
            await to.drain()


def _header(head: str, name: str) -> str | None:
    for line in head.split("\r\n")[1:]:
        key, _, value = line.partition(":")
        if key.lower() == name:
            return value.strip()
    return None
