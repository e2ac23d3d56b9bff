"""The servers and transports that other tests lean on do what they say."""

import asyncio

import httpx
import pytest

from compiler.desired.json import Json
from reconciler.api.client import PrefectClient
from reconciler.api.connect import connect
from reconciler.api.errors import Unanswered
from tests.support.faults import Faults, Killed, answer, kill_after, lose_the_answer, nth, when
from tests.support.live_server import LiveServer
from tests.support.prefect_server import PrefectServer
from tests.support.proxy import proxy_to
from tests.support.recording import Call, Recorder, Role


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("GET /flows/1", Role.READ),
        ("POST /deployments/paginate", Role.READ),
        ("POST /work_pools/a%2Fb/queues/filter", Role.READ),
        ("POST /block_schemas/filter", Role.READ),
        ("GET /csrf-token", Role.HOUSEKEEPING),
        ("POST /deployments/1/schedule", Role.HOUSEKEEPING),
        ("PATCH /block_documents/1", Role.WRITE),
        ("POST /block_types/", Role.HOUSEKEEPING),
        ("POST /v2/concurrency_limits/increment-with-lease", Role.HOUSEKEEPING),
        ("POST /v2/concurrency_limits/leases/1/renew", Role.HOUSEKEEPING),
        ("POST /v2/concurrency_limits/", Role.WRITE),
        ("POST /deployments/1/schedules", Role.WRITE),
        ("DELETE /deployments/1", Role.WRITE),
    ],
)
def test_a_request_has_one_role(line: str, role: Role) -> None:
    method, path = line.split()

    assert Call(method=method, path=path).role is role


@pytest.mark.server
async def test_a_recorder_notes_retries_too(server: PrefectServer) -> None:
    recorder = Recorder(Faults(server.transport, nth(1, answer(503))))

    async with server.connect(recorder) as http:
        await PrefectClient(http).create_flow("etl")

    assert [(str(call), call.body, call.status) for call in recorder.calls.writes_to_owned] == [
        ("POST /flows/", {"name": "etl"}, 503),
        ("POST /flows/", {"name": "etl"}, 201),
    ]
    assert (recorder.calls.reads, recorder.calls.housekeeping) == ([], [])


@pytest.mark.server
async def test_an_answer_is_lost_after_the_work_was_done(server: PrefectServer) -> None:
    faults = Faults(server.transport, when(lambda sent: sent.method == "POST", lose_the_answer))

    async with server.connect(faults) as http:
        client = PrefectClient(http)
        with pytest.raises(Unanswered):
            await client.create_work_pool({"name": "pool", "type": "process"})

        assert [pool.name for pool in await client.work_pools(["pool"])] == ["pool"]


@pytest.mark.server
async def test_a_killed_process_has_done_its_last_request(server: PrefectServer) -> None:
    async with server.connect(Faults(server.transport, nth(1, kill_after))) as http:
        with pytest.raises(Killed):
            await PrefectClient(http).create_flow("etl")

        assert len(await PrefectClient(http).flows({})) == 1


@pytest.mark.server
def test_any_loop_may_use_the_server(server: PrefectServer) -> None:
    async def create(name: str) -> int:
        async with server.connect() as http:
            await PrefectClient(http).create_flow(name)
            return len(await PrefectClient(http).flows({}))

    assert [asyncio.run(create("a")), asyncio.run(create("b"))] == [1, 2]


@pytest.mark.server
@pytest.mark.slow
async def test_a_live_server_is_wiped_while_it_runs(live_server: LiveServer) -> None:
    async with connect(live_server.url) as http:
        client = PrefectClient(http)
        await client.create_flow("etl")
        live_server.wipe()

        assert await client.flows({}) == []
        assert client.clock() is not None


@pytest.mark.server
@pytest.mark.slow
def test_a_proxy_notes_what_passes(live_server: LiveServer) -> None:
    seen: list[str] = []

    with proxy_to(live_server.url) as proxy:
        proxy.before = lambda call: seen.append(f"before {call}")
        proxy.after = lambda call: seen.append(f"after {call} {call.status}")
        made = httpx.post(f"{proxy.url}/flows/", json={"name": "etl"})
        flows = httpx.post(f"{proxy.url}/flows/filter", json={}).json()

    assert made.status_code == 201
    assert [flow["name"] for flow in flows] == ["etl"]
    assert [str(call) for call in proxy.calls] == ["POST /flows/", "POST /flows/filter"]
    assert seen[:2] == ["before POST /flows/", "after POST /flows/ 201"]


@pytest.mark.server
@pytest.mark.slow
async def test_a_scheduling_server_queues_runs_by_itself(scheduling_server: LiveServer) -> None:
    async with connect(scheduling_server.url) as http:
        client = PrefectClient(http)
        flow = await client.create_flow("etl")
        hourly: Json = {"slug": "hourly", "schedule": {"interval": 3600}, "parameters": {}}
        await client.create_deployment(
            {"name": "d", "flow_id": str(flow.id), "parameters": {}, "schedules": [hourly]}
        )
        for _ in range(100):
            if await client.flow_runs({}):
                break
            await asyncio.sleep(0.2)

        assert await client.flow_runs({})
