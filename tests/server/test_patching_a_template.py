"""A part of a pool's base job template, laid over what its type has."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from compiler.desired.json import Json
from compiler.desired.patch import patched
from compiler.desired.resources import DesiredState
from compiler.diagnostics import Report
from compiler.diff.change import Cause
from compiler.plan.action import Update
from compiler.plan.build import Allowed, Plan
from compiler.plan.drift import drift
from reconciler import pipeline
from reconciler.api.client import PrefectClient
from reconciler.observe.reader import observe
from tests.support import compiling
from tests.support.builders import ORIGIN, STAMP

pytestmark = pytest.mark.server

Body = dict[str, Any]
NAMESPACE: Body = {"variables": {"properties": {"namespace": {"default": "flows"}}}}
WHOLE: Body = {
    "job_configuration": {"command": "{{ command }}"},
    "variables": {"properties": {"command": {"type": "string"}}},
}


def default_of(namespace: str) -> Body:
    return {"variables": {"properties": {"namespace": {"default": namespace}}}}


def compiled(folder: Path, **pool: Any) -> DesiredState:
    pools = [{"name": "k8s", "type": "kubernetes", **pool}]
    return compiling.compiled(folder, {"stack": "shop", "work_pools": pools})


async def plan(client: PrefectClient, state: DesiredState, report: Report | None = None) -> Plan:
    report = report if report is not None else Report()
    return await pipeline.plan(state, client, ORIGIN, allowed=Allowed(), report=report)


async def apply(client: PrefectClient, state: DesiredState) -> Plan:
    report = Report()
    planned = await plan(client, state, report)
    assert not report.has_errors, list(report)
    outcomes = await pipeline.apply(planned, state, client, STAMP, report=report)
    assert outcomes.all_done, list(report)
    again = await plan(client, state)
    assert again.is_empty, again.actions
    assert drift("shop", await observe(client, state)) == ()
    return planned


async def template(client: PrefectClient) -> Mapping[str, Json]:
    (pool,) = await client.work_pools(["k8s"])
    return pool.base_job_template


async def types_own(client: PrefectClient) -> Body:
    workers = await client.worker_metadata()
    own = workers["prefect-kubernetes"]["kubernetes"].default_base_job_configuration
    return dict(own)


def cause(planned: Plan) -> Cause:
    (action,) = planned.actions
    assert isinstance(action, Update)
    (change,) = action.changes
    return change.cause


async def test_a_new_pool_has_its_types_template_with_the_patch(
    client: PrefectClient, tmp_path: Path
) -> None:
    await apply(client, compiled(tmp_path, base_job_template_patch=NAMESPACE))

    assert await template(client) == patched(await types_own(client), NAMESPACE)


async def test_what_a_patch_does_not_speak_of_is_the_servers(
    client: PrefectClient, tmp_path: Path
) -> None:
    state = compiled(tmp_path, base_job_template_patch=NAMESPACE)
    await apply(client, state)
    newer = patched(await template(client), {"job_configuration": {"labels": {"of": "worker"}}})
    await client.update_work_pool("k8s", {"base_job_template": newer})

    assert (await plan(client, state)).is_empty

    more = {**default_of("jobs"), "job_configuration": {"labels": {"team": "data"}}}
    assert cause(await apply(client, compiled(tmp_path, base_job_template_patch=more))) is (
        Cause.CHANGE
    )
    assert await template(client) == patched(newer, more)


async def test_what_a_patch_speaks_of_is_healed(client: PrefectClient, tmp_path: Path) -> None:
    state = compiled(tmp_path, base_job_template_patch=NAMESPACE)
    await apply(client, state)
    moved = patched(await template(client), default_of("elsewhere"))
    await client.update_work_pool("k8s", {"base_job_template": moved})
    (found,) = drift("shop", await observe(client, state))

    assert cause(await apply(client, state)) is Cause.DRIFT
    assert await template(client) == patched(await types_own(client), NAMESPACE)
    (shift,) = found.shifts
    path = ("base_job_template", "variables", "properties", "namespace", "default")
    assert (shift.path, shift.now) == (path, "elsewhere")


async def test_what_a_patch_no_longer_says_goes_back(client: PrefectClient, tmp_path: Path) -> None:
    more = {**NAMESPACE, "job_configuration": {"name": None, "note": "ours"}}
    await apply(client, compiled(tmp_path, base_job_template_patch=more))
    configuration = (await template(client))["job_configuration"]
    assert isinstance(configuration, Mapping)
    assert ("name" in configuration, configuration["note"]) == (False, "ours")

    state = compiled(tmp_path, base_job_template_patch=NAMESPACE)
    assert cause(await apply(client, state)) is Cause.CHANGE

    assert await template(client) == patched(await types_own(client), NAMESPACE)


async def test_a_patch_that_leaves_gives_back_the_types_own(
    client: PrefectClient, tmp_path: Path
) -> None:
    await apply(client, compiled(tmp_path, base_job_template_patch=NAMESPACE))

    assert cause(await apply(client, compiled(tmp_path))) is Cause.LEFT

    assert await template(client) == await types_own(client)


async def test_a_whole_template_may_follow_a_patch_and_the_other_way_round(
    client: PrefectClient, tmp_path: Path
) -> None:
    await apply(client, compiled(tmp_path, base_job_template_patch=NAMESPACE))

    whole = compiled(tmp_path, base_job_template=WHOLE)
    assert cause(await apply(client, whole)) is Cause.CHANGE
    assert await template(client) == WHOLE

    part = compiled(tmp_path, base_job_template_patch=NAMESPACE)
    assert cause(await apply(client, part)) is Cause.CHANGE
    assert await template(client) == patched(await types_own(client), NAMESPACE)


@pytest.mark.parametrize(
    ("patch", "variables", "said"),
    [
        ({"job_configuration": {"command": "{{ cmd }}"}}, {}, "DEP638"),
        (default_of("flows") | {"job_configuration": {}}, {"namespce": "a"}, "DEP623"),
        (default_of("flows"), {"namespace": 7}, "DEP622"),
    ],
)
async def test_a_patched_template_is_checked_before_anything_is_written(
    patch: Body, variables: Body, said: str, client: PrefectClient, tmp_path: Path
) -> None:
    document = {
        "stack": "shop",
        "work_pools": [{"name": "k8s", "type": "kubernetes", "base_job_template_patch": patch}],
        "deployments": [
            {
                "name": "nightly",
                "flow_name": "etl",
                "entrypoint": "elsewhere.py:etl",
                "work_pool": {"name": "k8s", "job_variables": variables},
            }
        ],
    }
    report = Report()

    await plan(client, compiling.compiled(tmp_path, document), report)

    assert said in [each.rule.code for each in report], list(report)


async def test_a_part_over_a_file_makes_one_template(client: PrefectClient, tmp_path: Path) -> None:
    (tmp_path / "whole.yaml").write_text(str(WHOLE))
    part = {"variables": {"properties": {"command": {"default": "run"}}}}

    await apply(
        client,
        compiled(tmp_path, base_job_template="whole.yaml", base_job_template_patch=part),
    )

    assert await template(client) == patched(WHOLE, part)
