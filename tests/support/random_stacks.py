"""Stacks at random, and what may be done to them on a server meanwhile."""

import random
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from compiler.desired.json import Json
from compiler.desired.resources import DesiredState
from reconciler.api.client import PrefectClient
from reconciler.api.wire import DeploymentOut
from tests.support import compiling

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
            "untag",
            "job variables",
            "describe",
            "priority",
        ]
    ),
    max_size=5,
)


def compiled(folder: Path, deployments: Mapping[str, Any], pool: dict[str, Any]) -> DesiredState:
    """The desired state of a file with these deployments, by name."""
    return compiling.compiled(folder, document(deployments, pool))


def document(deployments: Mapping[str, Any], pool: dict[str, Any]) -> dict[str, Any]:
    """The content of that file."""
    return {
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


async def foreign_thing(client: PrefectClient) -> DeploymentOut:
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
    body: dict[str, Json]
    match name:
        case "cron" if one.schedules:
            schedule: dict[str, Json] = {"schedule": {"cron": "7 7 * * *"}, "active": False}
            body = {**schedule, "parameters": {"z": 1}}
            await client.update_schedule(one.id, one.schedules[0].id, body)
        case "unschedule" if one.schedules:
            await client.delete_schedule(one.id, one.schedules[-1].id)
        case "schedule":
            taken = {each.slug for each in one.schedules}
            slug = next(name for name in (f"x{n}" for n in count()) if name not in taken)
            schedule = {"schedule": {"interval": 60}, "active": True, "slug": slug}
            await client.add_schedules(one.id, [schedule])
        case "delete":
            await client.delete_deployment(one.id)
        case "pool":
            await client.update_work_pool("one", {"description": "by hand"})
        case "priority":
            await client.update_work_queue("one", "default", {"priority": 1})
        case _ if name in _bodies(one):
            await client.update_deployment(one.id, _bodies(one)[name])
        case _:
            pass


def _bodies(one: DeploymentOut) -> dict[str, dict[str, Json]]:
    """The edits that are one write to a deployment."""
    return {
        "tags": {"tags": [*one.tags, "by-hand"]},
        "untag": {"tags": ["without-a-stack"]},
        "parameters": {"parameters": {"rows": 99}, "enforce_parameter_schema": False},
        "paused": {"paused": not one.paused},
        "limit": {"concurrency_limit": 9},
        "job variables": {"job_variables": {"env": {"A": "2"}, "x": 1}},
        "describe": {"description": "By hand."},
    }
