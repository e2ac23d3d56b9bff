"""Laws of plan and apply, tried on a real server with random files and random edits."""

import asyncio
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from compiler.desired.json import Json
from compiler.desired.resources import DesiredState
from compiler.diagnostics import Report
from compiler.plan.build import Allowed, Plan
from reconciler import pipeline
from reconciler.api.client import PrefectClient
from reconciler.api.wire import DeploymentOut
from tests.properties.conftest import ON_A_SERVER
from tests.support import compiling
from tests.support.builders import ORIGIN, STAMP
from tests.support.prefect_server import PrefectServer
from tests.support.recording import Recorder

pytestmark = [pytest.mark.property, pytest.mark.server, pytest.mark.slow]

FLOWS = '''
from prefect import flow

@flow
def etl(rows: int = 1, source: str = "x"):
    """Load."""

@flow(name="report")
def report(region: str = "eu"):
    pass
'''
SCHEDULES = st.lists(
    st.one_of(
        st.fixed_dictionaries(
            {"cron": st.sampled_from(["0 3 * * *", "*/5 * * * *", "@daily"])},
            optional={
                "timezone": st.sampled_from(["UTC", "Europe/Berlin"]),
                "active": st.booleans(),
                "parameters": st.sampled_from([{}, {"rows": 7}]),
                "day_or": st.booleans(),
            },
        ),
        st.fixed_dictionaries(
            {"interval": st.sampled_from([60, 3600, "PT2H"])},
            optional={"anchor_date": st.just("2026-01-01T00:00:00Z")},
        ),
        st.fixed_dictionaries({"rrule": st.sampled_from(["FREQ=DAILY", "FREQ=HOURLY;INTERVAL=2"])}),
    ),
    max_size=3,
).map(lambda found: [{**each, **slug} for each, slug in zip(found, SLUGS, strict=False)])
SLUGS: list[dict[str, str]] = [{"slug": "a"}, {}, {"slug": "c"}]
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "tags": st.lists(st.sampled_from(["x", "y", "z"]), max_size=2),
        "description": st.sampled_from(["one", "two\nlines", ""]),
        "version": st.sampled_from(["1", "2"]),
        "parameters": st.sampled_from([{}, {"rows": 5}, {"rows": 6, "source": "s"}]),
        "paused": st.booleans(),
        "concurrency_limit": st.sampled_from(
            [None, 1, 2, {"limit": 3, "collision_strategy": "CANCEL_NEW"}]
        ),
        "enforce_parameter_schema": st.booleans(),
        "schedules": SCHEDULES,
        "work_pool": st.sampled_from(
            [
                {"name": "one"},
                {"name": "two", "job_variables": {"env": {"A": "1"}}},
                {"name": "one", "work_queue_name": "high", "job_variables": {}},
            ]
        ),
        "pull": st.sampled_from(
            [[], [{"prefect.deployments.steps.set_working_directory": {"directory": "/x"}}]]
        ),
    },
)
NAMES = ["a", "b", "c"]
STACKS = st.dictionaries(st.sampled_from(NAMES), FIELDS, min_size=1)
POOLS = st.fixed_dictionaries(
    {},
    optional={
        "description": st.sampled_from(["d", "e"]),
        "concurrency_limit": st.sampled_from([None, 4]),
        "paused": st.booleans(),
    },
)
EDITS = st.lists(
    st.sampled_from(
        [
            "tags",
            "parameters",
            "paused",
            "cron",
            "unschedule",
            "schedule",
            "delete",
            "pool",
            "limit",
        ]
    ),
    max_size=4,
)


@settings(max_examples=ON_A_SERVER, phases=[Phase.explicit, Phase.generate])
@given(st.tuples(STACKS, STACKS), POOLS, EDITS, st.integers(0, 9))
def test_after_any_apply_there_is_nothing_left_to_do(
    server: PrefectServer,
    tmp_path: Path,
    stacks: tuple[dict[str, Any], dict[str, Any]],
    pool: dict[str, Any],
    edits: list[str],
    seed: int,
) -> None:
    server.wipe()
    (tmp_path / "flows.py").write_text(FLOWS)
    states = [compiled(tmp_path, deployments, pool) for deployments in stacks]

    asyncio.run(_converge(server, states, edits, seed))


async def _converge(
    server: PrefectServer, states: list[DesiredState], edits: list[str], seed: int
) -> None:
    recorder = Recorder(server.transport)
    async with server.connect(recorder) as http:
        client = PrefectClient(http)
        foreign = await _foreign(client)
        for state in states:
            await apply(client, state)
            recorder.calls.clear()
            again = await plan(client, state)
            assert again.is_empty, again.actions
            assert recorder.calls.writes_to_owned == []
            assert await untouched(client, foreign)
            await edit(client, edits, random.Random(seed))


def compiled(folder: Path, deployments: Mapping[str, Any], pool: dict[str, Any]) -> DesiredState:
    """The desired state of a file with these deployments, by name."""
    document = {
        "stack": "shop",
        "work_pools": [
            {"name": "one", **pool, "work_queues": [{"name": "high", "priority": 1}]},
            {"name": "two"},
        ],
        "deployments": [
            {"name": name, "entrypoint": entrypoint(name), **without_foreign(name, fields)}
            for name, fields in deployments.items()
        ],
    }
    return compiling.compiled(folder, document)


def entrypoint(name: str) -> str:
    return "flows.py:report" if name == "c" else "flows.py:etl"


def without_foreign(name: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Parameters are those of `etl`; `report` has none of them."""
    if name != "c":
        return fields
    kept = {key: value for key, value in fields.items() if key != "parameters"}
    if "schedules" in kept:
        kept["schedules"] = [
            {key: value for key, value in schedule.items() if key != "parameters"}
            for schedule in kept["schedules"]
        ]
    return kept


async def plan(client: PrefectClient, state: DesiredState) -> Plan:
    report = Report()
    planned = await pipeline.plan(state, client, ORIGIN, allowed=Allowed(force=True), report=report)
    assert not report.has_errors, list(report)
    return planned


async def apply(client: PrefectClient, state: DesiredState) -> None:
    report = Report()
    outcomes = await pipeline.apply(await plan(client, state), state, client, STAMP, report=report)
    assert outcomes.all_done, list(report)


async def _foreign(client: PrefectClient) -> DeploymentOut:
    """A deployment that no stack made, under a name that the stack uses for another flow."""
    flow = await client.create_flow("someone-elses")
    return await client.create_deployment(
        {
            "name": "a",
            "flow_id": str(flow.id),
            "tags": ["theirs"],
            "schedules": [{"schedule": {"cron": "0 1 * * *"}, "active": True}],
            "parameters": {"k": 1},
        }
    )


async def untouched(client: PrefectClient, foreign: DeploymentOut) -> bool:
    found = await client.deployments({"deployments": {"id": {"any_": [str(foreign.id)]}}})
    return found == [foreign]


async def edit(client: PrefectClient, edits: list[str], chance: random.Random) -> None:
    """What an operator, or another tool, may do to the stack's things meanwhile."""
    for name in edits:
        found = await client.deployments({"deployments": {"tags": {"all_": ["deploy:shop"]}}})
        if found:
            await _edit(client, name, chance.choice(found))


async def _edit(client: PrefectClient, name: str, one: DeploymentOut) -> None:
    match name:
        case "tags":
            await client.update_deployment(one.id, {"tags": [*one.tags, "by-hand"]})
        case "parameters":
            body: dict[str, Json] = {"parameters": {"rows": 99}, "enforce_parameter_schema": False}
            await client.update_deployment(one.id, body)
        case "paused":
            await client.update_deployment(one.id, {"paused": not one.paused})
        case "cron" if one.schedules:
            body = {"schedule": {"cron": "7 7 * * *"}, "active": False, "parameters": {"z": 1}}
            await client.update_schedule(one.id, one.schedules[0].id, body)
        case "unschedule" if one.schedules:
            await client.delete_schedule(one.id, one.schedules[-1].id)
        case "schedule":
            body = {"schedule": {"interval": 60}, "active": True, "slug": f"x{len(one.schedules)}"}
            await client.add_schedules(one.id, [body])
        case "delete":
            await client.delete_deployment(one.id)
        case "pool":
            await client.update_work_pool("one", {"description": "by hand"})
        case "limit":
            await client.update_deployment(one.id, {"concurrency_limit": 9})
        case _:
            pass
