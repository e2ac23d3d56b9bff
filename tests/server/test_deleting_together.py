"""Deployments are deleted many at once, where the server can, and otherwise one by one."""

import asyncio
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from compiler.desired.address import Address, deployment
from compiler.desired.resources import DesiredState
from compiler.diagnostics import Report
from compiler.plan.build import Allowed
from reconciler import pipeline
from reconciler.api.client import MOST_DELETED, PrefectClient
from reconciler.api.errors import Withheld
from reconciler.apply.deployments import MANY_DELETED
from reconciler.apply.walker import Done, Failed, Outcome, Skipped
from tests.support import compiling
from tests.support.builders import ORIGIN, STAMP
from tests.support.faults import Faults, Rule, answer, when
from tests.support.prefect_server import PrefectServer
from tests.support.recording import Recorder

pytestmark = pytest.mark.server
ALL = ("a", "b", "c")
POOL = Address.parse("work-pool/local")


def files(folder: Path, names: Collection[str], *, pool: bool = True) -> DesiredState:
    document = {
        "stack": "shop",
        "variables": [{"name": "stays", "value": 1}],
        "work_pools": [{"name": "local"}] if pool else [],
        "deployments": [
            {
                "name": name,
                "flow_name": "etl",
                "entrypoint": "etl.py:etl",
                "work_pool": {"name": "local"},
                "schedules": [{"slug": "s", "interval": 60}],
            }
            for name in names
        ],
    }
    return compiling.compiled(folder, document)


async def apply(
    state: DesiredState, server: PrefectServer, rule: Rule | None = None
) -> tuple[dict[Address, Outcome[Address]], list[str]]:
    """How each action ended, and the deletions that were asked for."""
    through = Faults(server.transport, rule) if rule is not None else server.transport
    recorder = Recorder(through)
    async with server.connect(recorder) as http:
        client, report = PrefectClient(http), Report()
        allowed = Allowed(force=True)
        planned = await pipeline.plan(state, client, ORIGIN, allowed=allowed, report=report)
        assert not report.has_errors, list(report)
        outcomes = await pipeline.apply(planned, state, client, STAMP, report=report)
    asked = [
        f"{call.method} {call.path}"
        for call in recorder.calls
        if "bulk_delete" in call.path or (call.method == "DELETE" and "/deployments/" in call.path)
    ]
    return dict(outcomes.of), asked


def bulk(request: httpx.Request) -> bool:
    return request.url.path.endswith("/bulk_delete")


async def left(client: PrefectClient) -> set[str]:
    return {each.name for each in await client.deployments({})}


async def test_many_go_with_one_request(
    server: PrefectServer, client: PrefectClient, tmp_path: Path
) -> None:
    await apply(files(tmp_path, ALL), server)

    outcomes, asked = await apply(files(tmp_path, []), server)

    assert asked == ["POST /deployments/bulk_delete"]
    assert outcomes == {deployment("etl", name): Done() for name in ALL}
    assert await left(client) == set()
    assert await client.flow_runs({}) == []


@pytest.mark.parametrize("status", [404, 405, 409, 500])
async def test_where_the_server_cannot_they_go_one_by_one(
    status: int, server: PrefectServer, client: PrefectClient, tmp_path: Path
) -> None:
    await apply(files(tmp_path, ALL), server)

    outcomes, asked = await apply(
        files(tmp_path, []), server, when(bulk, answer(status, json={"detail": "no"}))
    )

    assert len([each for each in asked if each.startswith("DELETE")]) == len(ALL)
    assert set(outcomes.values()) == {Done()}
    assert await left(client) == set()


async def test_one_that_cannot_be_deleted_keeps_no_other_and_its_pool(
    server: PrefectServer, client: PrefectClient, tmp_path: Path
) -> None:
    await apply(files(tmp_path, ALL), server)
    (kept,) = [each for each in await client.deployments({}) if each.name == "b"]

    def refused(request: httpx.Request) -> bool:
        one = request.method == "DELETE" and request.url.path.endswith(f"/deployments/{kept.id}")
        return bulk(request) or one

    rule = when(refused, answer(409, json={"detail": "no"}), times=2)
    outcomes, _ = await apply(files(tmp_path, [], pool=False), server, rule)

    assert await left(client) == {"b"}
    assert isinstance(outcomes[deployment("etl", "b")], Failed)
    assert outcomes[deployment("etl", "a")] == outcomes[deployment("etl", "c")] == Done()
    assert outcomes[POOL] == Skipped(deployment("etl", "b"))
    assert [pool.name for pool in await client.work_pools(["local"])] == ["local"]


async def test_what_somebody_has_changed_meanwhile_stays(
    server: PrefectServer, client: PrefectClient, tmp_path: Path
) -> None:
    await apply(files(tmp_path, ALL), server)
    report, nothing = Report(), files(tmp_path, [])
    allowed = Allowed(force=True)
    planned = await pipeline.plan(nothing, client, ORIGIN, allowed=allowed, report=report)
    (moved,) = [each for each in await client.deployments({}) if each.name == "b"]
    await client.update_deployment(moved.id, {"description": "mine"})

    outcomes = await pipeline.apply(planned, nothing, client, STAMP, report=report)

    assert await left(client) == {"b"}
    assert isinstance(outcomes.of[deployment("etl", "b")], Failed)


async def test_runs_that_stay_behind_whatever_is_done_end_no_apply(
    server: PrefectServer, client: PrefectClient, tmp_path: Path
) -> None:
    await apply(files(tmp_path, ALL), server)
    for each in await client.deployments({}):
        await client.schedule_runs(each.id, datetime.now(UTC))
    assert await client.flow_runs({}) != []

    def pretended(request: httpx.Request) -> bool:
        return bulk(request) or (request.method == "DELETE" and "/flow_runs/" in request.url.path)

    rule = when(pretended, answer(200, json={}), times=10**6)
    outcomes, _ = await asyncio.wait_for(apply(files(tmp_path, []), server, rule), timeout=30)

    assert set(outcomes.values()) == {Done()}


async def test_of_many_only_those_that_an_automation_names_are_asked_for_theirs(
    server: PrefectServer, client: PrefectClient, tmp_path: Path
) -> None:
    names = [f"d{number}" for number in range(MANY_DELETED)]
    await apply(files(tmp_path, names), server)
    there = {each.name: each.id for each in await client.deployments({})}
    owner = f"prefect.deployment.{there['d3']}"
    async with server.connect() as http:
        for name, whose in (("theirs", {"owner_resource": owner}), ("foreign", {})):
            body = {**automation(name, str(there["d3"])), **whose}
            (await http.post("/automations/", json=body)).raise_for_status()

    recorder = Recorder(server.transport)
    async with server.connect(recorder) as http:
        nothing, report, listened = files(tmp_path, []), Report(), PrefectClient(http)
        allowed = Allowed(force=True)
        planned = await pipeline.plan(nothing, listened, ORIGIN, allowed=allowed, report=report)
        await pipeline.apply(planned, nothing, listened, STAMP, report=report)

    asked = [each.path for each in recorder.calls if "owned-by" in each.path]
    assert len(asked) == 1
    assert asked[0].endswith(owner)
    assert [each.name for each in await client.all_automations()] == ["foreign"]


def automation(name: str, deployment_id: str) -> dict[str, object]:
    """As `prefect deploy` makes one of a trigger."""
    trigger = {"type": "event", "expect": ["order.placed"], "posture": "Reactive", "threshold": 1}
    run = {"type": "run-deployment", "source": "selected", "deployment_id": deployment_id}
    return {"name": name, "trigger": {**trigger, "within": 0}, "actions": [run]}


async def test_a_lock_that_is_lost_is_the_reason_that_is_told_once(
    server: PrefectServer, tmp_path: Path
) -> None:
    refused: list[str] = []

    def permit(call: str) -> None:
        if call == "POST /deployments/" and len(refused) < 2:
            refused.append(call)
            raise Withheld("the lock of the stack 'shop' was lost: it was asleep", call=call)

    wanted, report = files(tmp_path, ALL), Report()
    async with server.connect() as http:
        client = PrefectClient(http)
        allowed = Allowed()
        planned = await pipeline.plan(wanted, client, ORIGIN, allowed=allowed, report=report)
        writing = client.permitted_by(permit)
        outcomes = await pipeline.apply(planned, wanted, writing, STAMP, report=report)

    assert outcomes.halted == "the lock was lost"
    assert [each.message for each in report] == [
        "the lock of the stack 'shop' was lost: it was asleep"
    ]


async def test_never_are_any_fifty_deleted(client: PrefectClient) -> None:
    for number in (0, MOST_DELETED + 1):
        with pytest.raises(AssertionError):
            await client.delete_deployments([uuid4()] * number)
