"""A lock is taken by one at a time, and from nobody who may still hold it.  On a real server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from compiler.desired.json import Json
from compiler.plan.requests import RequestCount
from reconciler.api.client import PrefectClient
from reconciler.api.connect import Connection, connect
from reconciler.lock.hold import Held, NoLeases, hold
from reconciler.lock.record import read_record, variable_name
from reconciler.lock.standing import foresee, limit_name, look
from reconciler.lock.take import Refusal, StackIsLocked
from tests.support.faults import Faults, Rule, answer, cut, lose_the_answer, when
from tests.support.locking import ADA, Clock, Heard, dead, elsewhere, forget_leases, terms
from tests.support.prefect_server import PrefectServer
from tests.support.recording import Recorder
from tests.support.rounds import counted

pytestmark = pytest.mark.server
SHOP = ("shop",)
NAME = limit_name("shop")


@dataclass(slots=True)
class Left:
    """Locks that are never given back, as by a process that is killed."""

    client: PrefectClient
    locks: AsyncExitStack

    async def by(self, holder: object, clock: Clock) -> Held:
        assert isinstance(holder, type(ADA))
        return await self.locks.enter_async_context(hold(self.client, SHOP, terms(clock, holder)))


@pytest.fixture
async def left(client: PrefectClient) -> AsyncIterator[Left]:
    async with AsyncExitStack() as locks:
        yield Left(client, locks)


def faulty(server: PrefectServer, rule: Rule) -> Connection:
    async def no_nap(_: float) -> None: ...

    return connect(server.url, transport=Faults(server.transport, rule), sleep=no_nap)


async def holder_of(client: PrefectClient) -> str | None:
    holder = (await look(client, "shop")).holder
    return holder.holder.who if holder is not None else None


async def test_the_first_makes_it_and_it_stays(client: PrefectClient) -> None:
    before = await look(client, "shop")
    async with hold(client, SHOP, terms(Clock())) as held:
        during = await look(client, "shop")
    after = await look(client, "shop")

    assert (before.limit, before.is_taken, before.record) == (None, False, None)
    assert during.is_taken
    assert during.holder is not None
    assert during.holder.holder == ADA
    assert not held.waited
    assert (after.is_taken, after.limit) == (False, during.limit)


async def test_it_takes_the_requests_that_were_foreseen(server: PrefectServer) -> None:
    recorder = Recorder(server.transport)
    async with server.connect(recorder) as http:
        client, rounds = PrefectClient(http), []
        for _ in range(2):
            count = await foresee(client, SHOP)
            recorder.calls.clear()
            async with hold(client, SHOP, terms(Clock())):
                pass
            rounds.append((count, counted(recorder)))

    assert [count for count, _ in rounds] == [each for _, each in rounds]
    assert rounds[1][0] == RequestCount(reads=1, housekeeping=3)


async def test_a_second_one_is_told_who_holds_it(client: PrefectClient) -> None:
    async with hold(client, SHOP, terms(Clock(), elsewhere("eve"))):
        with pytest.raises(StackIsLocked) as error:
            async with hold(client, SHOP, terms(Clock())):
                raise AssertionError
        still = await holder_of(client)

    record = error.value.refusal.standing.holder
    assert record is not None
    assert record.holder == elsewhere("eve")
    assert still == "eve"


async def test_two_stacks_do_not_meet(client: PrefectClient) -> None:
    async with (
        hold(client, SHOP, terms(Clock())) as one,
        hold(client, ("shop-2", "a-b"), terms(Clock())) as two,
    ):
        assert not one.waited
        assert not two.waited


async def test_one_that_waits_gets_it_and_knows_that_it_waited(client: PrefectClient) -> None:
    heard, clock = Heard(), Clock()
    lock = hold(client, SHOP, terms(Clock(), elsewhere("eve")))
    await lock.__aenter__()

    async def end_at_the_third_nap() -> None:
        if len(clock.naps) == 3:
            await lock.__aexit__(None, None, None)

    clock.meanwhile = end_at_the_third_nap
    async with hold(client, SHOP, terms(clock, patience=600, heard=heard)) as held:
        assert held.waited
        assert await holder_of(client) == "ada"

    (told,) = heard.notices
    assert isinstance(told, Refusal)
    assert told.standing.holder is not None
    assert told.standing.holder.holder.who == "eve"


async def test_patience_ends(client: PrefectClient) -> None:
    clock = Clock()
    async with hold(client, SHOP, terms(Clock(), elsewhere("eve"))):
        with pytest.raises(StackIsLocked):
            async with hold(client, SHOP, terms(clock, patience=7)):
                raise AssertionError

    assert sum(clock.naps) == pytest.approx(7)
    assert max(clock.naps) <= 2


async def test_of_a_dead_process_it_is_taken_at_once(client: PrefectClient, left: Left) -> None:
    await left.by(dead("bob"), Clock())
    clock = Clock()

    async with hold(client, SHOP, terms(clock)) as held:
        assert await holder_of(client) == "ada"
        assert held.waited

    assert clock.naps == []


async def test_of_a_dead_process_whose_lease_is_forgotten_it_is_taken_soon(
    client: PrefectClient, left: Left
) -> None:
    await left.by(dead("bob"), Clock())
    forget_leases()
    clock = Clock()

    async with hold(client, SHOP, terms(clock, patience=180)):
        assert await holder_of(client) == "ada"

    assert 5 <= sum(clock.naps) < 8


async def test_a_slot_whose_lease_is_forgotten_is_taken_after_two_leases(
    client: PrefectClient, left: Left
) -> None:
    await left.by(elsewhere("eve"), Clock())
    forget_leases()
    short, long = Clock(), Clock()

    with pytest.raises(StackIsLocked):
        async with hold(client, SHOP, terms(short, patience=119)):
            raise AssertionError
    async with hold(client, SHOP, terms(long, patience=180)):
        assert await holder_of(client) == "ada"

    assert 120 <= sum(long.naps) < 123


async def test_one_that_is_renewed_is_never_taken(client: PrefectClient) -> None:
    waiting, holding = Clock(), Clock()

    async def renew_every_20_seconds() -> None:
        if sum(waiting.naps) // 20 > holding.now // 20 - 50:
            holding.tick()
            await asyncio.sleep(0.2)

    waiting.meanwhile = renew_every_20_seconds
    async with hold(client, SHOP, terms(holding, elsewhere("eve"))) as held:
        with pytest.raises(StackIsLocked):
            async with hold(client, SHOP, terms(waiting, patience=400)):
                raise AssertionError
        await held.client.create_flow("etl")

    assert sum(waiting.naps) == pytest.approx(400)


async def test_of_many_who_find_it_abandoned_one_gets_it(client: PrefectClient, left: Left) -> None:
    await left.by(elsewhere("eve"), Clock())
    forget_leases()
    inside: list[int] = []
    most = 0

    async def run(number: int) -> None:
        nonlocal most
        async with hold(client, SHOP, terms(Clock(), elsewhere(f"n{number}"), patience=10_000)):
            inside.append(number)
            most = max(most, len(inside))
            for _ in range(3):
                await client.variable(variable_name("shop"))
            inside.remove(number)

    await asyncio.gather(*map(run, range(3)))

    assert most == 1


async def test_one_that_has_not_said_yet_who_it_is_and_wakes_up_late_begins_anew(
    server: PrefectServer, client: PrefectClient, left: Left
) -> None:
    """It acquires, sleeps for minutes, and is taken for abandoned meanwhile."""
    async with hold(client, SHOP, terms(Clock(), elsewhere("first"))):
        pass
    clock = Clock()

    async def sleep_first(
        request: httpx.Request, inner: httpx.AsyncBaseTransport
    ) -> httpx.Response:
        await left.locks.enter_async_context(
            hold(client, SHOP, terms(clock, elsewhere("eve"), patience=180))
        )
        return await inner.handle_async_request(request)

    writes_record = when(lambda request: "/variables/" in request.url.path, sleep_first)
    async with faulty(server, writes_record) as http:
        with pytest.raises(StackIsLocked):
            async with hold(PrefectClient(http), SHOP, terms(Clock())):
                raise AssertionError

    assert sum(clock.naps) >= 120
    assert (await look(client, "shop")).is_taken


@pytest.mark.parametrize(
    "change",
    [{"active": False}, {"limit": 2}, {"limit": 0}, {"slot_decay_per_second": 5.0}],
    ids=lambda change: next(iter(change)),
)
async def test_a_limit_that_does_not_exclude_is_mended(
    change: dict[str, Json], client: PrefectClient
) -> None:
    async with hold(client, SHOP, terms(Clock())):
        pass
    there = await client.concurrency_limit(NAME)
    assert there is not None
    await client.update_concurrency_limit(there.id, change)

    async with hold(client, SHOP, terms(Clock())):
        with pytest.raises(StackIsLocked):
            async with hold(client, SHOP, terms(Clock())):
                raise AssertionError


async def test_a_limit_that_was_widened_under_its_holder_lets_nobody_in(
    client: PrefectClient,
) -> None:
    async with hold(client, SHOP, terms(Clock(), elsewhere("eve"))):
        there = await client.concurrency_limit(NAME)
        assert there is not None
        await client.update_concurrency_limit(there.id, {"limit": 2})
        with pytest.raises(StackIsLocked):
            async with hold(client, SHOP, terms(Clock())):
                raise AssertionError
        assert await holder_of(client) == "eve"


async def test_after_a_lost_answer_it_may_be_locked_by_oneself(server: PrefectServer) -> None:
    acquires = when(lambda request: "increment" in request.url.path, lose_the_answer, times=3)
    async with server.connect() as http, hold(PrefectClient(http), SHOP, terms(Clock())):
        pass
    async with faulty(server, acquires) as http:
        with pytest.raises(StackIsLocked) as error:
            async with hold(PrefectClient(http), SHOP, terms(Clock())):
                raise AssertionError
        assert error.value.refusal.lost_answer
        async with hold(PrefectClient(http), SHOP, terms(Clock(), patience=180)) as held:
            assert held.waited


async def test_a_record_that_was_not_written_is_written_again(server: PrefectServer) -> None:
    creates = when(lambda request: request.url.path.endswith("/variables/"), cut, times=3)
    async with faulty(server, creates) as http, hold(PrefectClient(http), SHOP, terms(Clock())):
        assert await holder_of(PrefectClient(http)) == "ada"


@pytest.mark.parametrize("status", [404, 405])
async def test_a_server_without_leases_has_no_locks(status: int, server: PrefectServer) -> None:
    heard = Heard()
    old = when(
        lambda request: "increment" in request.url.path,
        answer(status, json={"detail": "Not Found"}),
        times=9,
    )
    async with faulty(server, old) as http:
        async with hold(PrefectClient(http), SHOP, terms(Clock(), heard=heard)) as held:
            await held.client.create_flow("etl")
        assert (await look(PrefectClient(http), "shop")).limit is None

    assert heard.notices == [NoLeases("shop")]


@pytest.mark.parametrize(
    "value",
    [{}, {"lease": 1}, {"holder": "x"}, {"lease": "x", "limit": "x", "holder": {}}],
    ids=repr,
)
async def test_what_somebody_else_has_written_is_no_record(
    value: dict[str, Json], client: PrefectClient
) -> None:
    await client.create_variable(variable_name("shop"), {"value": value})

    assert await read_record(client, "shop") is None
    async with hold(client, SHOP, terms(Clock())):
        assert await holder_of(client) == "ada"


async def test_what_a_later_version_adds_is_left_out(client: PrefectClient) -> None:
    async with hold(client, SHOP, terms(Clock())):
        variable = await client.variable(variable_name("shop"))
        assert variable is not None
        value: Any = variable.value
        value |= {"colour": "red", "holder": {**value["holder"], "shoe size": 42}}
        await client.update_variable(variable_name("shop"), {"value": value})

        assert await holder_of(client) == "ada"


async def test_one_that_is_interrupted_while_it_takes_it_gives_it_back(
    server: PrefectServer, client: PrefectClient
) -> None:
    async with hold(client, SHOP, terms(Clock())):
        pass
    reached = asyncio.Event()

    async def hang(request: httpx.Request, inner: httpx.AsyncBaseTransport) -> httpx.Response:
        del request, inner
        reached.set()
        await asyncio.Event().wait()
        raise AssertionError

    async with faulty(
        server, when(lambda request: "/variables/" in request.url.path, hang)
    ) as http:

        async def take() -> None:
            async with hold(PrefectClient(http), SHOP, terms(Clock())):
                raise AssertionError

        taking = asyncio.create_task(take())
        await reached.wait()
        taking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await taking

    assert not (await look(client, "shop")).is_taken
