"""Every endpoint does to a real server what its method says."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from compiler.desired.json import Json
from reconciler.api.client import PrefectClient
from reconciler.api.errors import Conflict, Invalid, NotFound, ServerFailure
from reconciler.api.wire import BlockDocumentOut, DeploymentOut
from tests.support.prefect_server import PrefectServer

pytestmark = pytest.mark.server

HOURLY: Json = {"interval": 3600.0, "anchor_date": "2024-01-01T00:00:00Z", "timezone": "UTC"}


def schedule(slug: str) -> dict[str, Json]:
    return {"slug": slug, "schedule": HOURLY, "active": True, "parameters": {"n": 1}}


async def deployment(client: PrefectClient, name: str = "nightly", **fields: Json) -> DeploymentOut:
    flow = await client.create_flow("etl")
    body: dict[str, Json] = {"name": name, "flow_id": str(flow.id), "parameters": {}, **fields}
    return await client.create_deployment(body)


async def only_deployment(client: PrefectClient) -> DeploymentOut:
    (found,) = await client.deployments({})
    return found


async def test_a_server_tells_its_version(client: PrefectClient) -> None:
    version = await client.server_version()

    assert version.startswith("3.")


@pytest.mark.own_prefect("the server in this process is that of this environment")
async def test_a_server_in_this_process_tells_no_time(client: PrefectClient) -> None:
    await client.server_version()

    assert client.clock() is None


async def test_creating_a_flow_twice_gives_the_same(client: PrefectClient) -> None:
    first = await client.create_flow("etl")
    second = await client.create_flow("etl")

    assert (first.id, second.id) == (first.id, first.id)
    assert [flow.name for flow in await client.flows({})] == ["etl"]


async def test_deployments_are_found_by_tag(client: PrefectClient) -> None:
    await deployment(client, "mine", tags=["deploy:shop"])
    await deployment(client, "theirs")

    found = await client.deployments({"deployments": {"tags": {"all_": ["deploy:shop"]}}})

    assert [each.name for each in found] == ["mine"]


async def test_creating_a_deployment_twice_keeps_its_id(client: PrefectClient) -> None:
    first = await deployment(client, tags=["a"])
    second = await deployment(client, tags=["b"])

    assert second.id == first.id
    assert (await only_deployment(client)).tags == ["b"]


async def test_an_update_leaves_other_fields(client: PrefectClient) -> None:
    created = await deployment(client, tags=["a"], description="x", schedules=[schedule("s")])

    await client.update_deployment(created.id, {"tags": ["b"]})

    found = await only_deployment(client)
    assert (found.tags, found.description) == (["b"], "x")
    assert [each.id for each in found.schedules] == [each.id for each in created.schedules]


async def test_a_limit_is_told_with_its_name(client: PrefectClient) -> None:
    created = await deployment(client, concurrency_limit=3)

    limit = created.global_concurrency_limit

    assert limit is not None
    assert (limit.name, limit.limit) == (f"deployment:{created.id}", 3)


async def test_schedules_are_added_changed_and_deleted_by_id(client: PrefectClient) -> None:
    created = await deployment(client, schedules=[schedule("kept")])
    (added,) = await client.add_schedules(created.id, [schedule("added")])
    (kept,) = created.schedules

    await client.update_schedule(created.id, kept.id, {"active": False, "parameters": {"n": 2}})
    await client.delete_schedule(created.id, added.id)

    (left,) = (await only_deployment(client)).schedules
    assert (left.id, left.slug, left.active, left.parameters) == (kept.id, "kept", False, {"n": 2})


async def test_a_slug_is_added_once(client: PrefectClient) -> None:
    created = await deployment(client, schedules=[schedule("s")])

    with pytest.raises(Conflict):
        await client.add_schedules(created.id, [schedule("s")])


async def test_queued_runs_are_not_doubled(client: PrefectClient) -> None:
    created = await deployment(client, schedules=[schedule("s")])
    start = datetime.now(UTC) - timedelta(hours=2)

    await client.schedule_runs(created.id, start)
    once = await client.flow_runs({})
    await client.schedule_runs(created.id, start)

    assert once
    assert await client.flow_runs({}) == once
    assert {(run.deployment_id, run.auto_scheduled, run.state_type) for run in once} == {
        (created.id, True, "SCHEDULED")
    }


async def test_runs_are_queued_from_now_on(client: PrefectClient) -> None:
    created = await deployment(client, schedules=[schedule("s")])

    await client.schedule_runs(created.id, datetime.now(UTC))

    assert await client.flow_runs({})


async def test_deleting_what_is_gone_is_no_error(client: PrefectClient) -> None:
    created = await deployment(client, schedules=[schedule("s")])

    for _ in range(2):
        await client.delete_automations_of(created.id)
        await client.delete_schedule(created.id, created.schedules[0].id)
        await client.delete_deployment(created.id)
        await client.delete_work_queue("no", "where")
        await client.delete_work_pool("nowhere")

    assert await client.deployments({}) == []


async def test_updating_what_is_gone_is_an_error(client: PrefectClient) -> None:
    with pytest.raises(NotFound, match=r"PATCH /deployments/.*: Deployment not found"):
        await client.update_deployment(UUID(int=0), {"tags": []})


async def test_a_body_that_does_not_fit_is_named_without_its_values(client: PrefectClient) -> None:
    created = await deployment(client)

    with pytest.raises(Invalid) as refusal:
        await client.update_deployment(created.id, {"secret": "hunter2"})

    assert refusal.value.reason == "secret: Extra inputs are not permitted"


async def test_a_failing_server_is_named_by_its_status(client: PrefectClient) -> None:
    created = await deployment(client)

    with pytest.raises(ServerFailure, match="500 Internal Server Error"):
        await client.update_deployment(created.id, {"work_pool_name": "nowhere"})


async def test_pools_and_queues_are_made_changed_and_deleted(client: PrefectClient) -> None:
    await client.create_work_pool({"name": "po ol?#ü", "type": "process"})
    await client.create_work_queue("po ol?#ü", {"name": "q #1"})

    await client.update_work_pool("po ol?#ü", {"description": "changed"})
    await client.update_work_queue("po ol?#ü", "q #1", {"concurrency_limit": 2})

    (pool,) = await client.work_pools({"po ol?#ü", "nowhere"})
    queues = {queue.name: queue.concurrency_limit for queue in await client.work_queues(pool.name)}
    assert (pool.type, pool.description) == ("process", "changed")
    assert queues == {"default": None, "q #1": 2}

    await client.delete_work_queue(pool.name, "q #1")
    await client.delete_work_pool(pool.name)
    assert await client.work_pools(["po ol?#ü"]) == []


async def test_a_pool_is_made_once(client: PrefectClient) -> None:
    await client.create_work_pool({"name": "pool", "type": "process"})

    with pytest.raises(Conflict, match="A work pool with this name already exists"):
        await client.create_work_pool({"name": "pool", "type": "process"})


async def test_workers_are_known_without_a_network(client: PrefectClient) -> None:
    workers = await client.worker_metadata()

    template = workers["prefect"]["process"].default_base_job_configuration
    assert set(template) == {"job_configuration", "variables"}


async def ledger(client: PrefectClient, data: dict[str, Json]) -> BlockDocumentOut:
    kind = await client.create_block_type({"name": "Deploy Ledger", "slug": "deploy-ledger"})
    form = await client.create_block_schema(
        {"block_type_id": str(kind.id), "fields": {"type": "object", "properties": {}}}
    )
    return await client.create_block_document(
        {
            "name": "shop",
            "block_type_id": str(kind.id),
            "block_schema_id": str(form.id),
            "data": data,
        }
    )


@pytest.mark.parametrize(
    "data",
    [
        {"state": {"a.b": {"$ref": "x", "": [1, 1.5, None, True]}}, "other": {}},
        {"state": ["x" * 3_000_000]},
    ],
    ids=["keys of any form", "three megabytes"],
)
async def test_a_block_document_gives_back_what_it_was_given(
    client: PrefectClient, data: dict[str, Json]
) -> None:
    await ledger(client, data)

    found = await client.block_document("deploy-ledger", "shop")

    assert found is not None
    assert found.data == data


async def test_a_block_document_is_replaced_as_a_whole(client: PrefectClient) -> None:
    created = await ledger(client, {"old": {"a": 1}})

    await client.update_block_document(created.id, {"new": {"b": 2}})

    found = await client.block_document("deploy-ledger", "shop")
    assert found is not None
    assert found.data == {"new": {"b": 2}}


async def test_a_second_document_of_a_name_is_refused(client: PrefectClient) -> None:
    first = await ledger(client, {})

    with pytest.raises(Conflict, match="Block already exists"):
        await client.create_block_document(
            {
                "name": "shop",
                "block_type_id": str(first.block_type_id),
                "block_schema_id": str(first.block_schema_id),
                "data": {},
            }
        )


async def test_blocks_that_are_not_there_are_none(client: PrefectClient) -> None:
    assert await client.block_type("deploy-ledger") is None
    assert await client.block_document("deploy-ledger", "shop") is None
    assert await client.block_schemas(uuid4()) == []


async def test_a_block_type_is_found_by_its_slug(client: PrefectClient) -> None:
    document = await ledger(client, {})

    kind = await client.block_type("deploy-ledger")

    assert kind is not None
    (form,) = await client.block_schemas(kind.id)
    assert (kind.id, form.id) == (document.block_type_id, document.block_schema_id)


async def test_a_wiped_server_holds_nothing(client: PrefectClient, server: PrefectServer) -> None:
    await deployment(client)

    server.wipe()

    assert await client.deployments({}) == []
    assert await client.flows({}) == []
