"""What changed in the file is changed on the server, and nothing else is."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from inline_snapshot import snapshot

from tests.support.recording import Call
from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow]

THREE = """
    stack: shop
    deployments:
      - name: nightly
        entrypoint: flows.py:load
        tags: [etl]
        parameters: {source: web}
        schedules: [{slug: night, cron: "0 3 * * *"}, {slug: noon, cron: "0 12 * * *"}]
      - name: hourly
        entrypoint: flows.py:load
        schedules: [{slug: hour, interval: 3600}]
      - {name: leaving, entrypoint: flows.py:report}
"""
EDITED = """
    stack: shop
    deployments:
      - name: nightly
        entrypoint: flows.py:load
        tags: [etl, big]
        parameters: {source: shop}
        schedules: [{slug: night, cron: "30 4 * * *"}, {slug: noon, cron: "0 12 * * *"}]
      - name: hourly
        entrypoint: flows.py:load
        schedules: [{slug: hour, interval: 3600}]
      - {name: coming, entrypoint: flows.py:report}
"""
_SECONDLY = """
    stack: shop
    deployments:
      - name: nightly
        entrypoint: flows.py:load
        tags: [TAG]
        schedules: [{slug: minutes, interval: 60}]
"""


def test_an_edit_is_planned_as_what_it_is(stage: Stage) -> None:
    stage.write(THREE)
    stage.apply()
    stage.write(EDITED)

    planned = stage.deploy("plan")

    assert undated(planned.stdout) == snapshot("""\
~ deployment/load/nightly
    tags: ["etl", "deploy:shop"] → ["etl", "big", "deploy:shop"]
    parameters.source: "web" → "shop"
    schedules[night].cron: "0 3 * * *" → "30 4 * * *"
    ! 7 fire times of the next 7 days vanish, first DATE 03:00 UTC
    ! 7 fire times of the next 7 days appear, first DATE 04:30 UTC
+ deployment/report/coming
    description: "Write the report."
    entrypoint: "flows.py:report"
- deployment/report/leaving  (left the files)

1 to create, 1 to change, 1 to delete; 1 unchanged
an apply makes 20 requests: 5 writes, 6 for housekeeping, 9 reads
digest: DIGEST
""")


def test_an_edit_changes_that_and_nothing_else(scheduling_stage: Stage) -> None:
    stage = scheduling_stage
    stage.write(THREE)
    stage.apply()
    schedule(stage, "load/hourly")
    before, queued = stage.ids(), runs(stage, "load/hourly")
    stage.write(EDITED)

    stage.apply()

    found, after = stage.deployments(), stage.ids()
    assert stage.pending() == ""
    assert set(found) == {"load/nightly", "load/hourly", "report/coming"}
    nightly = found["load/nightly"]
    assert (sorted(nightly["tags"]), nightly["parameters"]) == (
        ["big", "deploy:shop", "etl"],
        {"source": "shop"},
    )
    assert {each["slug"]: each["schedule"]["cron"] for each in nightly["schedules"]} == {
        "night": "30 4 * * *",
        "noon": "0 12 * * *",
    }
    del before["report/leaving"]
    assert after == {**before, "report/coming": after["report/coming"]}
    assert queued
    assert [run["id"] for run in runs(stage, "load/hourly")] == [run["id"] for run in queued]


def test_a_written_deployment_has_its_runs_again_at_once(scheduling_stage: Stage) -> None:
    stage = scheduling_stage
    stage.write(_SECONDLY.replace("TAG", "one"))
    stage.apply()
    schedule(stage, "load/nightly")
    expected = [run["expected_start_time"] for run in runs(stage, "load/nightly")]
    stage.write(_SECONDLY.replace("TAG", "two"))

    stage.apply()

    times = [run["expected_start_time"] for run in runs(stage, "load/nightly")]
    asked = [str(call) for call in stage.writes if is_granted(call, "/schedule")]
    assert len(asked) == 1
    assert len(times) == len(set(times))
    assert len(expected) > 1
    assert soon(expected) <= set(times)
    assert gaps(times) == {timedelta(minutes=1)}


def test_an_operators_pauses_survive(stage: Stage) -> None:
    stage.write(THREE)
    stage.apply()
    stage.change("load/nightly", paused=True)
    silence(stage, "load/nightly", "night")
    stage.write(EDITED)

    stage.apply()

    nightly = stage.deployments()["load/nightly"]
    active = {each["slug"]: each["active"] for each in nightly["schedules"]}
    assert "big" in nightly["tags"]
    assert nightly["paused"] is True
    assert active == {"night": False, "noon": True}
    assert stage.pending() == ""


def test_what_an_operator_pauses_is_no_difference(stage: Stage) -> None:
    stage.write(THREE)
    stage.apply()
    stage.change("load/nightly", paused=True)
    silence(stage, "load/nightly", "night")

    assert stage.pending() == ""


def test_drift_in_what_the_file_names_is_put_back(stage: Stage) -> None:
    stage.write(THREE)
    stage.apply()
    before = stage.deployments()["load/nightly"]
    night = next(each for each in before["schedules"] if each["slug"] == "night")
    stage.change(
        "load/nightly", tags=["theirs"], parameters={"source": "tape"}, description="Mine."
    )
    cron = {**night["schedule"], "cron": "1 1 * * *"}
    edit_schedule(stage, before["id"], night, schedule=cron)

    stage.apply()

    after = stage.deployments()["load/nightly"]
    owned = ("tags", "parameters", "description", "parameter_openapi_schema")
    assert {name: after[name] for name in owned} == {name: before[name] for name in owned}
    assert crons(after) == crons(before)
    assert stage.pending() == ""


def test_what_the_file_does_not_name_is_left_to_others(stage: Stage) -> None:
    stage.write(THREE)
    stage.make("/work_pools/", name="theirs", type="process")
    stage.apply()
    stage.change("load/nightly", work_pool_name="theirs", job_variables={"env": {"A": "1"}})
    stage.change("load/nightly", concurrency_limit=3)
    left_alone = stage.pending()
    stage.write(EDITED)

    stage.apply()

    nightly = stage.deployments()["load/nightly"]
    assert left_alone == ""
    assert "big" in nightly["tags"]
    assert nightly["job_variables"] == {"env": {"A": "1"}}
    assert nightly["work_pool_name"] == "theirs"
    assert nightly["global_concurrency_limit"]["limit"] == 3


def undated(text: str) -> str:
    """The text with the same date for every date, and for every digest: ids are in it."""
    return re.sub(r"sha256:\w+", "DIGEST", re.sub(r"\d{4}-\d\d-\d\d", "DATE", text))


def schedule(stage: Stage, name: str) -> None:
    """Have the runs queued now, rather than when the scheduler gets to it."""
    id = stage.deployments()[name]["id"]
    stage.api.post(f"/deployments/{id}/schedule", json={}).raise_for_status()


def runs(stage: Stage, name: str) -> list[dict[str, Any]]:
    """The runs of a deployment that wait for their time, by time."""
    id = stage.deployments()[name]["id"]
    found = stage.read("/flow_runs/filter", deployments={"id": {"any_": [id]}})
    return sorted(found, key=lambda run: str(run["expected_start_time"]))


def silence(stage: Stage, name: str, slug: str) -> None:
    """Make a schedule inactive, as the UI does."""
    there = stage.deployments()[name]
    one = next(each for each in there["schedules"] if each["slug"] == slug)
    edit_schedule(stage, there["id"], one, active=False)


def edit_schedule(stage: Stage, id: str, there: dict[str, Any], **fields: object) -> None:
    body = {name: there[name] for name in ("schedule", "active", "parameters", "slug")}
    path = f"/deployments/{id}/schedules/{there['id']}"
    stage.api.patch(path, json={**body, **fields}).raise_for_status()


def crons(deployment: dict[str, Any]) -> dict[str, Any]:
    return {each["slug"]: each["schedule"] for each in deployment["schedules"]}


def is_granted(call: Call, end: str) -> bool:
    """Whether it was carried out: a busy database is asked again."""
    return call.path.endswith(end) and call.status == 200


def soon(times: list[str]) -> set[str]:
    """Those of the next half hour; how far ahead the server plans is its own affair."""
    horizon = datetime.now(UTC) + timedelta(minutes=30)
    return {time for time in times if datetime.fromisoformat(time) < horizon}


def gaps(times: list[str]) -> set[timedelta]:
    moments = [datetime.fromisoformat(time) for time in times]
    return {later - earlier for earlier, later in pairwise(moments)}
