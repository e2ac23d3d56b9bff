"""What every version of the server that we know has to do with us.

`make matrix` runs all tests against each; `make matrix-smoke` these.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from compiler.state.clearing import CLINGING, Clinging
from tests.support.stage import Stage
from tests.support.which_server import chosen

pytestmark = [pytest.mark.server, pytest.mark.slow]

FULL = """
    stack: shop
    work_pools:
      - name: ours
        description: Of the shop.
        concurrency_limit: 4
        work_queues: [{name: high, priority: 1, concurrency_limit: 2, description: First.}]
    deployments:
      - name: nightly
        entrypoint: flows.py:load
        description: By hand.
        version: "1"
        tags: [etl]
        parameters: {source: web}
        concurrency_limit: {limit: 2, collision_strategy: CANCEL_NEW}
        work_pool: {name: ours, work_queue_name: high, job_variables: {env: {A: "1"}}}
        pull: [{prefect.deployments.steps.set_working_directory: {directory: /srv}}]
        schedules:
          - {slug: night, cron: "0 3 * * *", timezone: Europe/Berlin, parameters: {rows: 1}}
          - {slug: hour, interval: 3600, max_scheduled_runs: 2}
          - {slug: week, rrule: "FREQ=WEEKLY;BYDAY=MO"}
      - {name: leaving, entrypoint: flows.py:report}
      - {name: old-name, entrypoint: flows.py:report}
"""
EDITED = """
    stack: shop
    work_pools:
      - name: ours
        description: Of the whole shop.
        concurrency_limit: 5
        work_queues: [{name: high, priority: 2, concurrency_limit: 3}, {name: low, priority: 3}]
    deployments:
      - name: nightly
        entrypoint: flows.py:load
        description: By another hand.
        version: "2"
        tags: [etl, big]
        parameters: {source: shop, rows: 3}
        enforce_parameter_schema: false
        paused: true
        protect: true
        concurrency_limit: 3
        work_pool: {name: ours, work_queue_name: low, job_variables: {env: {A: "2"}}}
        pull: []
        schedules:
          - {slug: night, cron: "30 4 * * *", timezone: Europe/Berlin}
          - {slug: hour, interval: 7200, max_scheduled_runs: 3}
          - {slug: month, rrule: "FREQ=MONTHLY;BYMONTHDAY=1", active: false}
      - {name: coming, entrypoint: flows.py:report}
      - {name: new-name, entrypoint: flows.py:report, renamed_from: old-name}
"""
EMPTIED = """
    stack: shop
    work_pools: [{name: ours, work_queues: [{name: high}, {name: low}]}]
    deployments:
      - {name: nightly, entrypoint: flows.py:load, protect: false}
      - {name: coming, entrypoint: flows.py:report}
      - {name: new-name, entrypoint: flows.py:report}
"""


def test_the_server_is_the_one_that_was_chosen(stage: Stage) -> None:
    assert stage.api.get("/admin/version").json() == chosen().version


def clear(stage: Stage, row: Clinging) -> object:
    """Ask the server to clear the field of a deployment that has a value; return what it holds."""
    stage.make("/work_pools/", name="theirs", type="process")
    stage.make("/work_pools/theirs/queues", name="high")
    place = {"work_pool_name": "theirs", "work_queue_name": "high"}
    id = stage.make_deployment("load", "nightly", job_variables={"env": {"A": "1"}}, **place)
    if row.field == "schedules.max_scheduled_runs":
        return clear_cap(stage, id)
    bodies: Mapping[str, dict[str, Any]] = {
        "job_variables": {**place, "job_variables": row.empty},
        "work_pool_name": dict.fromkeys(place),
        "work_queue_name": dict.fromkeys(place),
    }
    stage.change("load/nightly", **bodies[row.field])
    return stage.deployments()["load/nightly"][row.field]


def clear_cap(stage: Stage, id: str) -> object:
    written = {"schedule": {"cron": "0 3 * * *"}, "active": True, "parameters": {}}
    path = f"/deployments/{id}/schedules"
    capped = [{**written, "slug": "night", "max_scheduled_runs": 2}]
    (made,) = stage.api.post(path, json=capped).raise_for_status().json()
    body = {**written, "max_scheduled_runs": None}
    stage.api.patch(f"{path}/{made['id']}", json=body).raise_for_status()
    (schedule,) = stage.deployments()["load/nightly"]["schedules"]
    return schedule["max_scheduled_runs"]


@pytest.mark.parametrize("row", CLINGING, ids=lambda row: row.field)
def test_the_server_clears_what_the_table_says(row: Clinging, stage: Stage) -> None:
    found = clear(stage, row)

    assert (found == row.empty) is row.is_cleared_by(chosen().version), found


def test_what_the_table_puts_in_its_place_is_taken(stage: Stage) -> None:
    stage.make("/work_pools/", name="theirs", type="process")
    for row in (each for each in CLINGING if each.neutral is not None):
        stage.make_deployment("load", row.field, work_pool_name="theirs", **{row.field: {"a": "1"}})

        stage.change(f"load/{row.field}", work_pool_name="theirs", **{row.field: row.neutral})

        assert stage.deployments()[f"load/{row.field}"][row.field] == row.neutral


def test_every_kind_of_change_leaves_nothing_to_do(stage: Stage) -> None:
    for text in (FULL, EDITED):
        stage.write(text)

        stage.apply("--force")

        assert stage.pending() == ""
    assert set(stage.deployments()) == {"load/nightly", "report/coming", "report/new-name"}


def test_what_has_left_the_file_is_cleared_or_told(stage: Stage) -> None:
    stage.write(FULL.replace("old-name", "new-name").replace("leaving", "coming"))
    stage.apply()
    stage.write(EMPTIED)

    ended = stage.apply()

    again = stage.deploy("plan", "--detailed-exitcode")
    nightly = stage.deployments()["load/nightly"]
    assert again.code == 0, again.text
    for row in CLINGING[:2]:
        told = f"cannot clear '{row.written}'" in ended.stderr
        assert told is not row.is_cleared_by(chosen().version), row.field
    assert nightly["job_variables"] in ({}, {"env": {}})
    assert (nightly["tags"], nightly["parameters"]) == (["deploy:shop"], {})
    assert nightly["schedules"] == []
    assert nightly["global_concurrency_limit"] is None


def test_what_left_the_stack_is_deleted(stage: Stage) -> None:
    stage.write(FULL)
    stage.apply()

    destroyed = stage.deploy("destroy", "--yes")

    assert destroyed.code == 0, destroyed.text
    assert stage.deployments() == {}
    assert stage.read("/work_pools/filter", work_pools={"name": {"any_": ["ours"]}}) == []


def test_a_schedules_cap_that_left_the_file_is_told(stage: Stage) -> None:
    stage.write(FULL)
    stage.apply()
    stage.write(FULL.replace(", max_scheduled_runs: 2", ""))

    planned = stage.deploy("plan", "--detailed-exitcode")

    assert planned.code == 0, planned.text
    assert "DEP619" in planned.stderr
    assert "'max_scheduled_runs' of the schedule 'hour' left the file and stays" in planned.stderr
