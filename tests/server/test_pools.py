"""Work pools and queues on a real server."""

import itertools
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from compiler.desired.address import Address, work_pool
from compiler.desired.resources import DesiredState
from compiler.diagnostics import Report
from compiler.plan.build import Allowed, Plan
from reconciler import ledger, pipeline
from reconciler.api.client import PrefectClient
from tests.support import compiling
from tests.support.builders import ORIGIN, STAMP

pytestmark = pytest.mark.server


def compiled(folder: Path, *pools: Mapping[str, Any]) -> DesiredState:
    return compiling.compiled(folder, {"stack": "shop", "work_pools": list(pools)})


def wanting_too_little(state: DesiredState, address: Address) -> DesiredState:
    """The state with a limit that no file could ask for, and the server refuses."""
    changed = (
        replace(each, fields={**each.fields, "concurrency_limit": -1})
        if each.address == address
        else each
        for each in state.resources
    )
    return replace(state, resources=tuple(changed))


async def plan(client: PrefectClient, state: DesiredState) -> Plan:
    report = Report()
    planned = await pipeline.plan(state, client, ORIGIN, allowed=Allowed(), report=report)
    assert not report.has_errors, list(report)
    return planned


async def apply(client: PrefectClient, state: DesiredState) -> None:
    report = Report()
    outcomes = await pipeline.apply(await plan(client, state), state, client, STAMP, report=report)
    assert outcomes.all_done, list(report)
    assert (await plan(client, state)).is_empty


@pytest.mark.parametrize("kind", ["process", "docker", "kubernetes"])
async def test_a_pool_gets_the_template_of_its_type(
    kind: str, client: PrefectClient, tmp_path: Path
) -> None:
    await apply(client, compiled(tmp_path, {"name": "p", "type": kind}))

    (made,) = await client.work_pools(["p"])
    packages = (await client.worker_metadata()).values()
    templates = {name: each for package in packages for name, each in package.items()}
    assert made.type == kind
    assert made.base_job_template == templates[kind].default_base_job_configuration


async def test_a_template_may_come_from_a_file(client: PrefectClient, tmp_path: Path) -> None:
    template = {
        "job_configuration": {"command": "{{ command }}"},
        "variables": {"properties": {"command": {"type": "string", "default": "x"}}},
    }
    (tmp_path / "template.yaml").write_text(yaml.safe_dump(template))

    await apply(
        client,
        compiled(tmp_path, {"name": "p", "type": "any", "base_job_template": "template.yaml"}),
    )

    (made,) = await client.work_pools(["p"])
    assert made.base_job_template == template


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"description": "one"}, {"description": "two"}),
        ({"description": "one"}, {"description": None}),
        ({"concurrency_limit": 3}, {"concurrency_limit": 4}),
        ({"concurrency_limit": 3}, {"concurrency_limit": None}),
        ({"concurrency_limit": 3}, {"concurrency_limit": 0}),
        ({"paused": True}, {"paused": False}),
    ],
)
async def test_a_field_is_changed_and_cleared(
    before: dict[str, Any], after: dict[str, Any], client: PrefectClient, tmp_path: Path
) -> None:
    await apply(client, compiled(tmp_path, {"name": "p", **before}))

    await apply(client, compiled(tmp_path, {"name": "p", **after}))

    (made,) = await client.work_pools(["p"])
    ((name, value),) = after.items()
    assert getattr(made, {"paused": "is_paused"}.get(name, name)) == value


@pytest.mark.parametrize("order", list(itertools.permutations([1, 2, 3])), ids=str)
async def test_priorities_end_as_declared(
    order: tuple[int, ...], client: PrefectClient, tmp_path: Path
) -> None:
    queues: list[dict[str, Any]] = [
        {"name": name, "priority": priority} for name, priority in zip("abc", order, strict=True)
    ]
    await apply(client, compiled(tmp_path, {"name": "p", "work_queues": queues}))
    turned = [{**queue, "priority": 4 - queue["priority"]} for queue in queues]

    await apply(client, compiled(tmp_path, {"name": "p", "work_queues": turned}))

    found = {queue.name: queue.priority for queue in await client.work_queues("p")}
    assert {name: found[name] for name in "abc"} == {
        queue["name"]: queue["priority"] for queue in turned
    }


async def test_the_default_queue_can_be_declared(client: PrefectClient, tmp_path: Path) -> None:
    queue = {"name": "default", "concurrency_limit": 2, "description": "ours"}

    await apply(client, compiled(tmp_path, {"name": "p", "work_queues": [queue]}))

    (made,) = await client.work_queues("p")
    assert (made.concurrency_limit, made.description) == (2, "ours")


async def test_an_operators_pause_of_a_pool_stays(client: PrefectClient, tmp_path: Path) -> None:
    await apply(client, compiled(tmp_path, {"name": "p"}))
    await client.update_work_pool("p", {"is_paused": True})

    await apply(client, compiled(tmp_path, {"name": "p", "description": "new"}))

    (made,) = await client.work_pools(["p"])
    assert made.is_paused


async def test_a_creation_that_was_refused_is_not_remembered(
    client: PrefectClient, tmp_path: Path
) -> None:
    await apply(client, compiled(tmp_path, {"name": "p"}))
    state = wanting_too_little(compiled(tmp_path, {"name": "p"}, {"name": "x"}), work_pool("x"))

    outcomes = await pipeline.apply(
        await plan(client, state), state, client, STAMP, report=Report()
    )

    kept = await ledger.load(client, "shop")
    assert not outcomes.all_done
    assert kept is not None
    assert list(kept.ids) == [work_pool("p")]


async def test_a_template_that_left_the_file_gives_way_to_that_of_the_type(
    client: PrefectClient, tmp_path: Path
) -> None:
    given = {"job_configuration": {"command": "x"}, "variables": {"type": "object"}}
    pool = {"name": "p", "type": "process"}
    await apply(client, compiled(tmp_path, {**pool, "base_job_template": given}))

    await apply(client, compiled(tmp_path, pool))

    (made,) = await client.work_pools(["p"])
    packages = (await client.worker_metadata()).values()
    (template,) = (package["process"] for package in packages if "process" in package)
    assert made.base_job_template == template.default_base_job_configuration
