"""Lists are whole, whatever the page size and whatever moves meanwhile."""

import asyncio
from collections.abc import Mapping
from uuid import UUID

import pytest

from compiler.desired.json import Json
from reconciler.api.client import PrefectClient
from reconciler.api.errors import Invalid, ServerFailure
from reconciler.api.paging import read_offsets, read_pages
from reconciler.api.wire import FlowOut, Page
from tests.support.prefect_server import PrefectServer
from tests.support.recording import Recorder


def flow(number: int) -> FlowOut:
    return FlowOut(id=UUID(int=number), name=f"flow {number}")


class Shelf:
    """Hands out `flows`, `size` at a time, and refuses larger pages."""

    def __init__(self, flows: list[FlowOut], *, size: int) -> None:
        self.flows = flows
        self.size = size
        self.asked: list[Mapping[str, Json]] = []

    async def page(self, asked: Mapping[str, Json]) -> Page[FlowOut]:
        self.asked.append(asked)
        number = asked["page"]
        assert isinstance(number, int)
        some = self._cut(asked, (number - 1) * self.size)
        pages = -(-len(self.flows) // self.size)
        return Page[FlowOut](results=some, count=len(self.flows), pages=pages)

    async def part(self, asked: Mapping[str, Json]) -> list[FlowOut]:
        self.asked.append(asked)
        offset = asked["offset"]
        assert isinstance(offset, int)
        return self._cut(asked, offset)

    def _cut(self, asked: Mapping[str, Json], start: int) -> list[FlowOut]:
        if asked.get("limit", self.size) != self.size:
            raise Invalid("Invalid limit", call="POST /flows/paginate")
        return self.flows[start : start + self.size]


async def test_a_server_with_small_pages_is_read_to_its_end() -> None:
    shelf = Shelf([flow(n) for n in range(5)], size=2)

    found = await read_pages(shelf.page, call="POST /flows/paginate")

    assert found == shelf.flows
    assert shelf.asked == [{"limit": 200, "page": 1}, {"page": 1}, {"page": 2}, {"page": 3}]


async def test_a_list_that_does_not_add_up_is_refused() -> None:
    twice = Shelf([flow(1), flow(1)], size=200)

    with pytest.raises(ServerFailure, match="does not have as many entries"):
        await read_pages(twice.page, call="POST /flows/paginate")

    assert len(twice.asked) == 3


async def test_a_few_pages_are_read_at_a_time_and_stand_in_order() -> None:
    shelf, inside, most = Shelf([flow(n) for n in range(40)], size=2), 0, 0

    async def slowly(asked: Mapping[str, Json]) -> Page[FlowOut]:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        number = asked["page"]
        assert isinstance(number, int)
        await asyncio.sleep(0.001 * (20 - number))  # the later ones answer first
        inside -= 1
        return await shelf.page(asked)

    assert await read_pages(slowly, call="POST /flows/paginate") == shelf.flows
    assert most == 4


async def test_a_page_that_fails_ends_the_others() -> None:
    shelf, ended = Shelf([flow(n) for n in range(8)], size=2), list[str]()

    async def failing(asked: Mapping[str, Json]) -> Page[FlowOut]:
        if asked["page"] == 2:
            raise ServerFailure("it broke", call="POST /flows/paginate")
        if asked["page"] == 3:
            try:
                await asyncio.sleep(60)
            finally:
                ended.append("page 3")
        return await shelf.page(asked)

    with pytest.raises(ServerFailure, match="it broke"):
        await read_pages(failing, call="POST /flows/paginate")

    assert ended == ["page 3"]


async def test_a_full_large_page_is_asked_for_one_more() -> None:
    shelf = Shelf([flow(n) for n in range(200)], size=200)

    found = await read_offsets(shelf.part)

    assert found == shelf.flows
    assert [asked["offset"] for asked in shelf.asked] == [0, 200]


async def test_small_offsets_are_read_until_nothing_comes() -> None:
    shelf = Shelf([flow(n) for n in range(3)], size=2)

    found = await read_offsets(shelf.part)

    assert found == shelf.flows
    assert [asked["offset"] for asked in shelf.asked] == [0, 0, 2, 3]


@pytest.mark.server
async def test_a_real_server_hands_out_205_flows_in_two_pages(server: PrefectServer) -> None:
    recorder = Recorder(server.transport)
    async with server.connect(recorder) as http:
        client = PrefectClient(http)
        for number in range(205):
            await client.create_flow(f"flow {number:03}")
        recorder.calls.clear()

        found = await client.flows({})

    assert [flow.name for flow in found] == [f"flow {number:03}" for number in range(205)]
    assert len(recorder.calls) == 2
