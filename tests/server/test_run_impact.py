"""What a plan says of runs is what an apply does to them, on a server with its scheduler."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from compiler import Request, compile_project
from compiler.desired.address import deployment
from compiler.diagnostics import Report
from compiler.plan.build import Allowed, Plan
from compiler.plan.impact import Impact
from compiler.state.ledger import Origin
from reconciler import pipeline
from reconciler.api.client import PrefectClient
from reconciler.api.connect import connect
from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow]

NIGHTLY = deployment("load", "nightly")
LEAVING = deployment("report", "leaving")
WEEK = timedelta(days=7)
MINUTE = (datetime.now(UTC) + timedelta(minutes=30)).minute  # nothing falls due meanwhile
TWO = """
    stack: shop
    deployments:
      - name: nightly
        entrypoint: flows.py:load
        schedules: [{{slug: often, cron: "{often}"}}, {{slug: night, cron: "{night}"}}]
      - name: leaving
        entrypoint: flows.py:report
        schedules: [{{slug: hour, cron: "{often}"}}]
"""
BEFORE = TWO.format(often=f"{MINUTE} * * * *", night=f"{MINUTE} 3 * * *")
AFTER = TWO.format(often=f"{MINUTE} */2 * * *", night=f"{MINUTE} 3 * * *").partition("- name: l")[0]


def test_a_plan_says_which_runs_and_fire_times_go(scheduling_stage: Stage) -> None:
    stage = scheduling_stage
    before = applied(stage, BEFORE, NIGHTLY.name)
    stage.write(AFTER)

    found = planned(stage).impacts[NIGHTLY]
    after = applied(stage, AFTER, NIGHTLY.name)

    assert before.total() > 168 + 7
    assert found.kept == (before & after).total()
    assert found.dropped == (before - after).total()
    assert found.appearing.count == 0
    gone = this_week(before) - this_week(after)
    assert found.vanishing.count == len(gone) == 84 - 7  # at three the other schedule fires
    assert list(found.vanishing.first) == sorted(gone)[:5]


def test_a_plan_says_what_becomes_of_the_runs_of_a_deployment_that_is_deleted(
    scheduling_stage: Stage,
) -> None:
    stage = scheduling_stage
    before = applied(stage, BEFORE, LEAVING.name)
    under_way(stage, LEAVING.name)
    stage.write(AFTER)

    found = planned(stage).impacts[LEAVING]
    stage.apply("--force")

    assert found == Impact(dropped=before.total(), vanishing=found.vanishing, active=1)
    assert found.vanishing.count == len(this_week(before)) == 168
    assert [run["state_type"] for run in stage.read("/flow_runs/filter")].count("RUNNING") == 1
    assert "report/leaving" not in stage.deployments()


def test_a_pause_drops_what_is_queued(scheduling_stage: Stage) -> None:
    stage = scheduling_stage
    before = applied(stage, BEFORE, NIGHTLY.name)
    paused = BEFORE.replace("flows.py:load", "flows.py:load\n        paused: true")
    stage.write(paused)

    found = planned(stage).impacts[NIGHTLY]
    stage.apply()

    assert (found.dropped, found.kept) == (before.total(), 0)
    assert queued(stage, NIGHTLY.name) == Counter()


def test_only_a_plan_that_changes_something_looks_at_runs(stage: Stage) -> None:
    stage.write(BEFORE)
    stage.apply()
    asked = []
    for text in (BEFORE, AFTER):
        stage.write(text)
        stage.deploy("plan")
        asked.append([call.path for call in stage.proxy.calls if "flow_runs" in call.path])

    assert [len(paths) for paths in asked] == [0, 2]  # of what changes, and of what is deleted


def planned(stage: Stage) -> Plan:
    """The plan for the stage's file, by the library."""

    async def plan() -> Plan:
        compiled = compile_project(
            Request(files=(stage.folder / "deploy.yaml",), base=stage.folder)
        )
        assert compiled.desired is not None
        origin = Origin(remote=None, files=("deploy.yaml",))
        async with connect(stage.proxy.url) as http:
            client, report = PrefectClient(http), Report()
            desired = await pipeline.settle(compiled.desired, client, report)
            allowed = Allowed(force=True)
            made = await pipeline.plan(desired, client, origin, allowed=allowed, report=report)
            assert not report.has_errors
            return made

    return asyncio.run(plan())


def applied(stage: Stage, text: str, name: str) -> Counter[datetime]:
    """Apply a file, and have a whole week of one deployment queued; when its runs are due."""
    stage.write(text)
    stage.apply("--force")
    id = id_of(stage, name)
    week = {"min_time": WEEK.total_seconds(), "min_runs": 1, "max_runs": 1000}
    stage.api.post(f"/deployments/{id}/schedule", json=week).raise_for_status()
    return queued(stage, name)


def queued(stage: Stage, name: str) -> Counter[datetime]:
    """How many runs of a deployment wait for each time."""
    ids = {"any_": [id_of(stage, name)]}
    pages: list[dict[str, Any]] = []
    while len(found := stage.read("/flow_runs/filter", deployments={"id": ids}, offset=len(pages))):
        pages += found
    return Counter(datetime.fromisoformat(run["expected_start_time"]) for run in pages)


def this_week(times: Counter[datetime]) -> set[datetime]:
    """Those of the next seven days: the server also queues the one that comes after."""
    return {time for time in times if time < datetime.now(UTC) + WEEK}


def id_of(stage: Stage, name: str) -> str:
    found = {full.partition("/")[2]: each["id"] for full, each in stage.deployments().items()}
    return str(found[name])


def under_way(stage: Stage, name: str) -> None:
    """Start a run of a deployment."""
    run = stage.make(f"/deployments/{id_of(stage, name)}/create_flow_run")
    state = {"state": {"type": "RUNNING"}, "force": True}
    stage.api.post(f"/flow_runs/{run['id']}/set_state", json=state).raise_for_status()
