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
TRIGGERS = st.sampled_from(
    [
        [],
        [{"expect": ["shop.closed"]}],
        [{"expect": ["shop.closed"], "enabled": False}, {"name": "x", "expect": ["a", "b"]}],
        [{"require": "any", "triggers": [{"expect": ["a"], "within": 5}, {"expect": ["b"]}]}],
    ]
)
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
        "triggers": TRIGGERS,
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
_BLOCKS: list[dict[str, Any]] = [
    {"name": "keys", "type": "aws-credentials", "data": {"region_name": "eu"}},
    {
        "name": "keys",
        "type": "aws-credentials",
        "data": {"region_name": "us", "profile_name": "p"},
    },
    {"name": "files", "type": "local-file-system", "data": {"basepath": "/a"}},
    {"name": "files", "type": "local-file-system"},
    {
        "name": "bucket",
        "type": "s3-bucket",
        "data": {"bucket_name": "b", "credentials": {"$block": "aws-credentials/keys"}},
    },
    {"name": "bucket", "type": "s3-bucket", "data": {"bucket_name": "b"}},
]


def with_keys(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The blocks, with the one that another of them refers to."""
    refers = any("credentials" in each.get("data", {}) for each in blocks)
    if not refers or any(each["name"] == "keys" for each in blocks):
        return blocks
    return [*blocks, {"name": "keys", "type": "aws-credentials"}]


THINGS = st.fixed_dictionaries(  # what stands alone under a name, of each kind at most one or two
    {},
    optional={
        "variables": st.lists(
            st.fixed_dictionaries(
                {"name": st.just("v"), "value": st.sampled_from([1, "x", {"a": [None]}])},
                optional={"tags": st.sampled_from([[], ["x"], ["y", "x"]])},
            ),
            max_size=1,
        ),
        "concurrency_limits": st.lists(
            st.fixed_dictionaries(
                {"name": st.just("l"), "limit": st.sampled_from([1, 2])},
                optional={
                    "slot_decay_per_second": st.sampled_from([0.5, None]),
                    "active": st.booleans(),
                },
            ),
            max_size=1,
        ),
        "tag_limits": st.sampled_from([[], [{"tag": "t", "limit": 1}], [{"tag": "t", "limit": 2}]]),
        "blocks": st.lists(
            st.sampled_from(_BLOCKS),
            max_size=3,
            unique_by=lambda each: str(each["name"]),
        ).map(with_keys),
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
            "variable",
            "block",
            "no keys",
            "automation",
            "no automation",
        ]
    ),
    max_size=5,
)


def compiled(
    folder: Path,
    deployments: Mapping[str, Any],
    pool: dict[str, Any],
    things: Mapping[str, Any] | None = None,
) -> DesiredState:
    """The desired state of a file with these deployments, by name, and these other things."""
    return compiling.compiled(folder, document(deployments, pool, things))


def document(
    deployments: Mapping[str, Any], pool: dict[str, Any], things: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The content of that file."""
    return {
        "stack": "shop",
        **(things or {}),
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
        case "variable" | "block" | "no keys":
            await _edit_beside(client, name)
        case "automation" | "no automation":
            await _edit_automation(client, name)
        case "priority":
            await client.update_work_queue("one", "default", {"priority": 1})
        case _ if name in _bodies(one):
            await client.update_deployment(one.id, _bodies(one)[name])
        case _:
            pass


async def _edit_beside(client: PrefectClient, name: str) -> None:
    """Change what stands beside; or delete the block that another may refer to."""
    if name == "variable":
        for found in await client.variables(["v"]):
            await client.update_variable(found.name, {"value": "by hand"})
    files = await client.block_document("local-file-system", "files")
    keys = await client.block_document("aws-credentials", "keys")
    if name == "no keys" and keys is not None:
        await client.delete_block_document(keys.id)
    elif name == "block" and files is not None:
        await client.update_block_document(files.id, {"basepath": "/by/hand"})


async def _edit_automation(client: PrefectClient, name: str) -> None:
    """Switch all off, and have one wait for something else; or delete one."""
    found = await client.automations_tagged("deploy:shop")
    for each in found:
        await client.switch_automation(each.id, enabled=False)
    if found and name == "no automation":
        await client.delete_automation(found[0].id)
    elif found:
        body = found[0].model_dump(mode="json", exclude={"id", "created"})
        other = {"type": "event", "posture": "Reactive", "expect": ["by hand"]}
        await client.replace_automation(found[0].id, {**body, "trigger": other})


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
