"""A server may hang up on a connection whenever it likes: nothing is lost, nothing done twice."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from reconciler.api.client import PrefectClient
from reconciler.api.connect import connect
from reconciler.api.errors import Unanswered
from reconciler.api.wire import Identified
from tests.support.network import listening_with

ID = "11111111-1111-1111-1111-111111111111"
BODY = f'{{"id": "{ID}", "name": "x", "type": "process"}}'
HEAD = "HTTP/1.1 {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}"
OK = HEAD.format("200 OK", len(BODY), BODY)
BUSY = HEAD.format("503 Busy", 2, "{}")
CUT = ""


class Scripted:
    """Answers each request of a connection with the next of `lines`, then hangs up unasked.

    `first` are the lines of the first connections, if they are others. `seen` holds the
    requests of each connection.
    """

    def __init__(self, *lines: str, first: Sequence[Sequence[str]] = ()) -> None:
        self.lines = lines
        self.first = first
        self.seen: list[int] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        place = len(self.seen)
        self.seen.append(0)
        for line in self.first[place] if place < len(self.first) else self.lines:
            await self._read(reader)
            self.seen[place] += 1
            writer.write(line.encode())
            await writer.drain()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        _, _, length = head.partition("content-length: ")
        await reader.readexactly(int(length.split("\r\n")[0] or 0))


async def soon(seconds: float) -> None:
    del seconds
    await asyncio.sleep(0)


@asynccontextmanager
async def client_of(scripted: Scripted) -> AsyncIterator[PrefectClient]:
    with listening_with(scripted) as port:
        async with connect(f"http://127.0.0.1:{port}/api", sleep=soon) as http:
            yield PrefectClient(http)


async def make(client: PrefectClient, *, repeatable: bool) -> Identified:
    """A POST that may be repeated, or one that may not."""
    if repeatable:
        return await client.create_flow("x")
    return await client.create_work_pool({"name": "x", "type": "process"})


@pytest.mark.parametrize("repeatable", [True, False], ids=["repeatable", "not repeatable"])
async def test_an_idle_connection_that_was_closed_is_not_used(*, repeatable: bool) -> None:
    scripted = Scripted(OK)
    async with client_of(scripted) as client:
        for _ in range(3):
            await make(client, repeatable=repeatable)
            await asyncio.sleep(0.02)

    assert scripted.seen == [1, 1, 1]


async def test_what_is_repeatable_is_sent_again_if_the_server_hung_up_meanwhile() -> None:
    scripted = Scripted(OK, CUT)
    async with client_of(scripted) as client:
        for _ in range(3):
            await make(client, repeatable=True)

    assert sum(scripted.seen) == 5
    assert len(scripted.seen) == 3


async def test_what_is_not_repeatable_never_meets_a_server_that_hangs_up_meanwhile() -> None:
    scripted = Scripted(OK, CUT)
    async with client_of(scripted) as client:
        await make(client, repeatable=True)
        for _ in range(3):
            await make(client, repeatable=False)

    assert scripted.seen == [1, 1, 1, 1]


@pytest.mark.parametrize("repeatable", [True, False], ids=["repeatable", "not repeatable"])
async def test_a_server_that_hangs_up_after_a_503_is_asked_again(*, repeatable: bool) -> None:
    scripted = Scripted(OK, first=[[BUSY], [BUSY]])
    async with client_of(scripted) as client:
        made = await make(client, repeatable=repeatable)

    assert str(made.id) == ID
    assert scripted.seen == [1, 1, 1]


async def test_what_was_cut_after_it_was_sent_is_not_sent_again() -> None:
    scripted = Scripted(CUT)
    async with client_of(scripted) as client:
        with pytest.raises(Unanswered, match="cut the connection before an answer came"):
            await make(client, repeatable=False)

    assert scripted.seen == [1]
