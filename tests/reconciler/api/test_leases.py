"""Limits, leases and variables: what locks are made of.  On a real server."""

from uuid import uuid4

import pytest

from reconciler.api.client import PrefectClient
from reconciler.api.errors import Conflict, Gone, Invalid, Locked, NotFound, NotOffered, Withheld
from reconciler.api.errors import from_status as error_of
from reconciler.api.wire import ConcurrencyLimitOut
from tests.support.prefect_server import PrefectServer
from tests.support.recording import Recorder

pytestmark = pytest.mark.server
NAME = "deploy-lock:shop"


async def limit(client: PrefectClient) -> ConcurrencyLimitOut:
    found = await client.concurrency_limit(NAME)
    assert found is not None
    return found


async def test_a_limit_that_is_not_there_is_none(client: PrefectClient) -> None:
    assert await client.concurrency_limit(NAME) is None
    assert await client.concurrency_limit(uuid4()) is None


async def test_a_name_is_taken_once(client: PrefectClient) -> None:
    await client.create_concurrency_limit(NAME, {"limit": 1})

    with pytest.raises(Conflict):
        await client.create_concurrency_limit(NAME, {"limit": 1})


async def test_a_lease_on_nothing_takes_nothing(client: PrefectClient) -> None:
    lease = await client.acquire_lease(NAME, seconds=60)

    assert lease.limits == []


async def test_a_slot_is_had_by_one_at_a_time(client: PrefectClient) -> None:
    await client.create_concurrency_limit(NAME, {"limit": 1})
    lease = await client.acquire_lease(NAME, seconds=60)

    with pytest.raises(Locked):
        await client.acquire_lease(NAME, seconds=60)
    assert (await limit(client)).active_slots == 1

    await client.release_lease(lease.lease_id)
    await client.release_lease(lease.lease_id)
    assert (await limit(client)).active_slots == 0


async def test_a_limit_of_nothing_gives_no_lease(client: PrefectClient) -> None:
    await client.create_concurrency_limit(NAME, {"limit": 0})

    with pytest.raises(Invalid):
        await client.acquire_lease(NAME, seconds=60)


async def test_a_lease_is_renewed_until_it_is_released(client: PrefectClient) -> None:
    await client.create_concurrency_limit(NAME, {"limit": 1})
    lease = await client.acquire_lease(NAME, seconds=60)
    await client.renew_lease(lease.lease_id, seconds=60)
    await client.release_lease(lease.lease_id)

    with pytest.raises(Gone):
        await client.renew_lease(lease.lease_id, seconds=60)


async def test_an_old_lease_takes_no_slot_of_a_new_limit(client: PrefectClient) -> None:
    await client.create_concurrency_limit(NAME, {"limit": 1})
    old = await client.acquire_lease(NAME, seconds=60)
    await client.delete_concurrency_limit((await limit(client)).id)
    await client.create_concurrency_limit(NAME, {"limit": 1})
    await client.acquire_lease(NAME, seconds=60)

    await client.renew_lease(old.lease_id, seconds=60)
    await client.release_lease(old.lease_id)

    assert (await limit(client)).active_slots == 1


async def test_an_old_lease_takes_a_slot_that_was_freed_by_hand(client: PrefectClient) -> None:
    """Why a lock is never freed that way."""
    await client.create_concurrency_limit(NAME, {"limit": 1})
    old = await client.acquire_lease(NAME, seconds=60)
    await client.update_concurrency_limit((await limit(client)).id, {"active_slots": 0})
    await client.acquire_lease(NAME, seconds=60)

    await client.release_lease(old.lease_id)

    assert (await limit(client)).active_slots == 0


async def test_a_limit_that_is_switched_off_gives_leases_to_all(client: PrefectClient) -> None:
    await client.create_concurrency_limit(NAME, {"limit": 1})
    await client.update_concurrency_limit((await limit(client)).id, {"active": False})

    first = await client.acquire_lease(NAME, seconds=60)
    second = await client.acquire_lease(NAME, seconds=60)

    assert first.limits == second.limits != []


async def test_a_limit_is_deleted_once(client: PrefectClient) -> None:
    await client.create_concurrency_limit(NAME, {"limit": 1})
    there = await limit(client)

    await client.delete_concurrency_limit(there.id)
    await client.delete_concurrency_limit(there.id)

    assert await client.concurrency_limit(NAME) is None


async def test_a_variable_is_made_once_and_changed(client: PrefectClient) -> None:
    with pytest.raises(NotFound):
        await client.update_variable("deploy_lock_shop", {"value": {"n": 1}})
    await client.create_variable("deploy_lock_shop", {"value": {"n": 1}})
    with pytest.raises(Conflict):
        await client.create_variable("deploy_lock_shop", {"value": {"n": 2}})

    await client.update_variable("deploy_lock_shop", {"value": {"n": 3}})

    variable = await client.variable("deploy_lock_shop")
    assert variable is not None
    assert variable.value == {"n": 3}


def test_a_call_that_an_old_server_does_not_have_is_not_offered() -> None:
    assert type(error_of(405, "Method Not Allowed", call="POST /x")) is NotOffered


async def test_what_needs_a_permit_asks_for_it_and_what_only_looks_does_not(
    server: PrefectServer,
) -> None:
    recorder, asked = Recorder(server.transport), list[str]()

    def permit(call: str) -> None:
        asked.append(call)
        raise Withheld("no", call=call)

    async with server.connect(recorder) as http:
        client = PrefectClient(http).permitted_by(permit)
        await client.flows({})
        await client.work_pools(["x"])
        await client.concurrency_limit(NAME)
        looked = len(recorder.calls)
        with pytest.raises(Withheld):
            await client.create_flow("etl")

    assert asked == ["POST /flows/"]
    assert len(recorder.calls) == looked


async def test_two_permits_are_both_needed(server: PrefectServer) -> None:
    asked = list[int]()

    async with server.connect() as http:
        one = PrefectClient(http).permitted_by(lambda _: asked.append(1))
        await one.permitted_by(lambda _: asked.append(2)).create_flow("etl")

    assert asked == [1, 2]
