"""A lock that is held is renewed; one that is lost lets nothing more be written."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
import pytest

from reconciler.api.client import PrefectClient
from reconciler.api.connect import connect
from reconciler.api.errors import Conflict, Withheld
from reconciler.lock.hold import Held, hold
from reconciler.lock.record import Record, read_record
from reconciler.lock.standing import free, look
from tests.support.faults import Faults, answer, refuse, when
from tests.support.locking import Clock, elsewhere, terms
from tests.support.prefect_server import PrefectServer
from tests.support.recording import Recorder

pytestmark = pytest.mark.server
SHOP = ("shop",)


async def record_of(client: PrefectClient) -> Record:
    record = await read_record(client, "shop")
    assert record is not None
    return record


async def renewed(clock: Clock, recorder: Recorder) -> None:
    """Let 20 seconds pass, and the renewal of then."""
    recorder.calls.clear()
    clock.tick()
    for _ in range(500):
        await asyncio.sleep(0.01)
        if any("/renew" in call.path for call in recorder.calls):
            break
    await asyncio.sleep(0.2)


async def test_a_lock_is_renewed_for_as_long_as_it_is_held(server: PrefectServer) -> None:
    clock, recorder = Clock(), Recorder(server.transport)
    async with server.connect(recorder) as http:
        client = PrefectClient(http)
        async with hold(client, SHOP, terms(clock)) as held:
            first = await record_of(client)
            for _ in range(5):
                await renewed(clock, recorder)
            last = await record_of(client)
            await held.client.create_flow("etl")

    assert (last.lease, last.since) == (first.lease, first.since)
    assert last.until - first.until > timedelta(0)


async def releases(client: PrefectClient) -> None:
    await client.release_lease((await record_of(client)).lease)


async def frees_by_hand(client: PrefectClient) -> None:
    limit = (await look(client, "shop")).limit
    assert limit is not None
    await client.update_concurrency_limit(limit, {"active_slots": 0})


async def switches_it_off(client: PrefectClient) -> None:
    limit = (await look(client, "shop")).limit
    assert limit is not None
    await client.update_concurrency_limit(limit, {"active": False})


async def unlocks(client: PrefectClient) -> None:
    assert await free(client, "shop", await look(client, "shop"))


@pytest.mark.parametrize(
    ("somebody", "told"),
    [
        (releases, "the server does not know its lease any more"),
        (unlocks, "the server does not know its lease any more"),
        (frees_by_hand, "somebody has freed it"),
        (switches_it_off, "somebody has freed it"),
    ],
    ids=lambda each: getattr(each, "__name__", None),
)
async def test_a_lock_that_somebody_frees_lets_nothing_more_be_written(
    somebody: Callable[[PrefectClient], Awaitable[None]], told: str, server: PrefectServer
) -> None:
    clock, recorder = Clock(), Recorder(server.transport)
    async with server.connect(recorder) as http:
        client = PrefectClient(http)
        async with hold(client, SHOP, terms(clock)) as held:
            await held.client.create_flow("before")
            await somebody(client)
            await renewed(clock, recorder)
            recorder.calls.clear()

            with pytest.raises(Withheld, match=told):
                await held.client.create_flow("after")
            assert list(recorder.calls) == []
            assert [flow.name for flow in await held.client.flows({})] == ["before"]


async def test_the_record_of_the_next_holder_is_left_alone(server: PrefectServer) -> None:
    clock, recorder, eve = Clock(), Recorder(server.transport), elsewhere("eve")
    async with server.connect(recorder) as http:
        client = PrefectClient(http)
        async with hold(client, SHOP, terms(clock)) as held:
            await frees_by_hand(client)
            async with hold(client, SHOP, terms(Clock(), eve)) as next_held:
                await renewed(clock, recorder)
                with pytest.raises(Withheld, match="eve has taken it"):
                    await held.client.create_flow("x")
                await next_held.client.create_flow("y")
                assert (await record_of(client)).holder == eve


async def test_a_server_that_does_not_answer_for_a_moment_costs_nothing(
    server: PrefectServer,
) -> None:
    clock = Clock()

    async def no_nap(_: float) -> None: ...

    rule = when(lambda request: request.url.path.endswith("/renew"), answer(500), times=1)
    recorder = Recorder(Faults(server.transport, rule))
    async with (
        connect(server.url, transport=recorder, sleep=no_nap) as http,
        hold(PrefectClient(http), SHOP, terms(clock)) as held,
    ):
        for _ in range(4):
            await renewed(clock, recorder)
        made = await held.client.create_flow("etl")

    assert made.name == "etl"


async def test_a_lock_that_cannot_be_renewed_runs_out(server: PrefectServer) -> None:
    clock = Clock()

    async def no_nap(_: float) -> None: ...

    rule = when(lambda request: request.url.path.endswith("/renew"), refuse, times=10_000)
    recorder = Recorder(Faults(server.transport, rule))
    async with (
        connect(server.url, transport=recorder, sleep=no_nap) as http,
        hold(PrefectClient(http), SHOP, terms(clock)) as held,
    ):
        for _ in range(2):
            await renewed(clock, recorder)
        await held.client.create_flow("in time")
        await renewed(clock, recorder)
        with pytest.raises(Withheld, match="could not be renewed in time"):
            await held.client.create_flow("too late")


async def test_a_machine_that_has_slept_writes_nothing_when_it_wakes_up(
    client: PrefectClient,
) -> None:
    clock = Clock()
    async with hold(client, SHOP, terms(clock)) as held:
        clock.now += 3600

        with pytest.raises(Withheld):
            await held.client.create_flow("etl")


async def test_what_was_lost_once_is_not_won_back_by_a_late_renewal(server: PrefectServer) -> None:
    clock, recorder = Clock(), Recorder(server.transport)
    async with (
        server.connect(recorder) as http,
        hold(PrefectClient(http), SHOP, terms(clock)) as held,
    ):
        clock.now += 3600
        with pytest.raises(Withheld):
            await held.client.create_flow("etl")
        await renewed(clock, recorder)

        with pytest.raises(Withheld):
            await held.client.create_flow("etl")


async def test_what_waits_for_another_try_is_withheld_too(server: PrefectServer) -> None:
    clock = Clock()

    async def long_nap(_: float) -> None:
        clock.now += 100

    creates = when(lambda request: request.url.path == "/api/flows/", answer(503), times=1)
    async with connect(
        server.url, transport=Faults(server.transport, creates), sleep=long_nap
    ) as http:
        client = PrefectClient(http)
        async with hold(client, SHOP, terms(clock)) as held:
            with pytest.raises(Withheld):
                await held.client.create_flow("etl")
        assert await client.flows({}) == []


async def test_two_locks_are_held_and_lost_together(server: PrefectServer) -> None:
    clock, recorder = Clock(), Recorder(server.transport)
    async with server.connect(recorder) as http:
        client = PrefectClient(http)
        async with hold(client, ("shop", "old-shop"), terms(clock)) as held:
            await held.client.create_flow("before")
            assert (await look(client, "old-shop")).is_taken
            assert await free(client, "old-shop", await look(client, "old-shop"))
            clock.now += 60

            with pytest.raises(Withheld):
                await held.client.create_flow("after")
        assert not (await look(client, "shop")).is_taken


async def failing(held: Held) -> None:
    await held.client.create_variable("a", {"value": {}})
    await held.client.create_variable("a", {"value": {}})


async def test_an_error_comes_out_as_it_is_and_the_lock_is_free(client: PrefectClient) -> None:
    with pytest.raises(Conflict):
        async with hold(client, SHOP, terms(Clock())) as held:
            await failing(held)

    assert not (await look(client, "shop")).is_taken


async def test_one_that_is_interrupted_gives_it_back(client: PrefectClient) -> None:
    has = asyncio.Event()

    async def work() -> None:
        async with hold(client, SHOP, terms(Clock())):
            has.set()
            await asyncio.Event().wait()

    working = asyncio.create_task(work())
    await has.wait()
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working

    assert not (await look(client, "shop")).is_taken


async def test_a_renewal_that_is_under_way_ends_before_the_lock_is_given_back(
    server: PrefectServer,
) -> None:
    clock, has_begun = Clock(), asyncio.Event()

    async def be_slow(request: httpx.Request, inner: httpx.AsyncBaseTransport) -> httpx.Response:
        has_begun.set()
        await asyncio.sleep(0.3)
        return await inner.handle_async_request(request)

    renews = when(lambda request: request.url.path.endswith("/renew"), be_slow)
    recorder = Recorder(Faults(server.transport, renews))
    async with server.connect(recorder) as http:
        async with hold(PrefectClient(http), SHOP, terms(clock)):
            clock.tick()
            await has_begun.wait()
        last = [str(call) for call in recorder.calls][-2:]

    assert last == [
        "PATCH /variables/name/deploy_lock_shop",
        "POST /v2/concurrency_limits/decrement-with-lease",
    ]


async def test_a_server_that_is_gone_at_the_end_is_no_failure(server: PrefectServer) -> None:
    async def no_nap(_: float) -> None: ...

    releases = when(lambda request: "decrement" in request.url.path, refuse, times=100)
    async with connect(
        server.url, transport=Faults(server.transport, releases), sleep=no_nap
    ) as http:
        async with hold(PrefectClient(http), SHOP, terms(Clock())):
            pass
        assert (await look(PrefectClient(http), "shop")).is_taken


async def test_what_stands_otherwise_by_now_is_not_freed(client: PrefectClient) -> None:
    async with hold(client, SHOP, terms(Clock(), elsewhere("eve"))):
        seen = await look(client, "shop")
    async with hold(client, SHOP, terms(Clock())) as held:
        assert not await free(client, "shop", seen)
        await held.client.create_flow("etl")
        assert (await look(client, "shop")).is_taken
