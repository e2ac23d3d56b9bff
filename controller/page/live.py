"""News as server-sent events: a stream that ends by itself, and drops whoever does not read it."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

from starlette.types import Receive, Scope, Send

from controller.page.hub import Hub, Listener

_QUIET = 15.0  # seconds without news after which a line says that the stream lives
_TOGETHER = 0.2  # seconds in which news become one
_LASTS = 600.0  # seconds; a browser begins anew by itself
_PATIENCE = 20.0  # seconds for a browser to take what it is sent
_AGAIN = 1_000  # milliseconds until a browser comes again
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-accel-buffering", b"no"),  # what stands before it must not wait for the end
]


class Live:
    """An answer that goes on; `told` is what is sent of a stack."""

    def __init__(self, hub: Hub, listener: Listener, told: Callable[[str], str]) -> None:
        self._hub = hub
        self._listener = listener
        self._told = told

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the browser goes, is too slow, or has listened for long."""
        del scope
        gone = asyncio.create_task(_gone(receive))
        gone.add_done_callback(lambda _: self._listener.wake())
        try:
            with suppress(TimeoutError, OSError):
                await self._sent(send, gone)
        finally:
            gone.cancel()
            self._hub.leave(self._listener)

    async def _sent(self, send: Send, gone: "asyncio.Task[None]") -> None:
        async with asyncio.timeout(_PATIENCE):
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await _send(send, f"retry: {_AGAIN}\n\n")
        until = time.monotonic() + _LASTS
        while not (gone.done() or self._hub.has_ended) and time.monotonic() < until:
            names = await self._listener.next(_QUIET)
            if gone.done():
                return
            await _send(send, "".join(map(self._told, names)) or ": still here\n\n")
            await asyncio.sleep(_TOGETHER)
        await _send(send, "", goes_on=False)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(send: Send, text: str, *, goes_on: bool = True) -> None:
    async with asyncio.timeout(_PATIENCE):
        body = text.encode(errors="replace")
        await send({"type": "http.response.body", "body": body, "more_body": goes_on})


def event(name: str, text: str, position: str) -> str:
    """One event, whose text may have lines; no name and no position has any."""
    lines = "".join(f"data: {line}\n" for line in text.splitlines()) or "data:\n"
    return f"id: {position}\nevent: {name}\n{lines}\n"
