"""The last apply is undone from what it found, on a real server."""

import json
from typing import Any

import pytest

from tests.support.recording import Role
from tests.support.repository import commit, start
from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow]

BEFORE = """
    stack: shop
    policy: {deletes: {share: 1}}
    work_pools:
      - name: ours
        type: process
        description: Before.
        work_queues: [{name: fast, priority: 1, description: Fast.}, {name: slow, priority: 3}]
    deployments:
      - name: nightly
        entrypoint: flows.py:load
        parameters: {rows: 5, source: web}
        tags: [a]
        schedules:
          - {slug: night, cron: "0 3 * * *", timezone: Europe/Berlin}
          - {slug: noon, cron: "0 12 * * *", parameters: {rows: 7}}
        work_pool: {name: ours, work_queue_name: fast}
      - name: weekly
        entrypoint: flows.py:report
        description: Weekly.
        concurrency_limit: 2
        schedules: [{slug: week, interval: 604800, anchor_date: "2026-01-01T00:00:00Z"}]
        work_pool: {name: ours, job_variables: {env: {A: "1"}}}
      - {name: monthly, entrypoint: "flows.py:report"}
      - {name: yearly, entrypoint: "flows.py:report"}
"""
AFTER = """
    stack: shop
    policy: {deletes: {share: 1}}
    work_pools:
      - name: ours
        type: process
        description: After.
        concurrency_limit: 3
        work_queues: [{name: fast, priority: 2, description: Faster.}, {name: slow, priority: 3}]
    deployments:
      - name: nightly
        entrypoint: flows.py:load
        parameters: {rows: 6}
        tags: [a, b]
        paused: true
        schedules:
          - {slug: night, cron: "0 4 * * *", timezone: Europe/Berlin}
          - {slug: dawn, cron: "0 6 * * *"}
        work_pool: {name: ours, work_queue_name: slow}
      - {name: monthly, entrypoint: "flows.py:report"}
      - {name: yearly, entrypoint: "flows.py:report"}
      - {name: daily, entrypoint: "flows.py:report", parameters: {region: us}}
"""
FIELDS = (
    *("parameters", "parameter_openapi_schema", "enforce_parameter_schema", "tags", "paused"),
    *("description", "version", "entrypoint", "pull_steps", "job_variables"),
    *("work_pool_name", "work_queue_name", "concurrency_options"),
)


def contents(stage: Stage) -> dict[str, Any]:
    """What the server holds of all things, without ids and times."""
    pools = stage.read("/work_pools/filter")
    return {
        "pools": [
            [
                each[name]
                for name in ("name", "type", "description", "concurrency_limit", "is_paused")
            ]
            for each in pools
        ],
        "queues": {
            f"{pool['name']}/{each['name']}": (each["priority"], each["description"] or "")
            for pool in pools
            for each in stage.read(f"/work_pools/{pool['name']}/queues/filter")
        },
        "deployments": {
            name: {
                **{field: each[field] for field in FIELDS},
                "limit": (each.get("global_concurrency_limit") or {}).get("limit"),
                "schedules": {
                    one["slug"]: [one[key] for key in ("schedule", "active", "parameters")]
                    for one in each["schedules"]
                },
            }
            for name, each in stage.deployments().items()
        },
    }


def last(stage: Stage, *arguments: str) -> str:
    """Undo the last apply, which has to succeed; return what it said."""
    return stage.apply("rollback", "--last", *arguments).text


def test_every_kind_of_change_is_brought_back_and_done_again(stage: Stage) -> None:
    stage.write(BEFORE)
    stage.apply()
    before, ids = contents(stage), stage.ids()
    stage.write(AFTER)
    stage.apply()
    after = contents(stage)
    assert after != before

    told = last(stage)

    assert contents(stage) == before
    assert "undoes: apply 2, 20" in told
    assert "deployment/report/weekly: is made again: it gets a new id, and has no runs" in told
    kept = {name: id for name, id in stage.ids().items() if ids.get(name) == id}
    lost = ids.keys() - kept.keys()
    assert lost == {"report/weekly", "report/weekly week", "load/nightly noon"}
    assert stage.pending("--stack", "shop") != ""

    last(stage)

    assert contents(stage) == after
    assert stage.pending() == ""

    last(stage)

    assert contents(stage) == before
    stage.write(BEFORE)
    assert stage.pending() == ""
    assert stage.deploy("drift").code == 0


def test_a_plan_is_shown_and_nothing_written(stage: Stage) -> None:
    stage.write(BEFORE)
    stage.apply()
    stage.write(BEFORE.replace("rows: 5", "rows: 6"))
    stage.apply()

    shown = stage.deploy("rollback", "--last", "--dry-run")
    document = json.loads(
        stage.deploy("rollback", "--last", "--dry-run", "--format", "json").stdout
    )

    assert shown.code == 0
    assert "parameters.rows: 6 → 5\n" in shown.stdout
    assert stage.writes == []
    (action,) = document["actions"]
    assert action["reason"] == "was changed by the apply that is undone"
    assert {each["reason"] for each in action["changes"]} == {"as it was before"}


def test_as_many_requests_as_the_plan_says(stage: Stage) -> None:
    stage.write(BEFORE)
    stage.apply()
    stage.write(AFTER)
    stage.apply()
    told = json.loads(stage.deploy("rollback", "--last", "--dry-run", "--format", "json").stdout)

    last(stage)

    answered = [
        call for call in stage.writes if call.status != 503
    ]  # a busy database is asked again
    roles = [call.role for call in answered]
    assert told["requests"]["writes"] == roles.count(Role.WRITE)
    assert told["requests"]["housekeeping"] == roles.count(Role.HOUSEKEEPING)


def test_what_somebody_else_did_since_is_shown_as_both(stage: Stage) -> None:
    stage.write(BEFORE)
    stage.apply()
    stage.write(BEFORE.replace("rows: 5", "rows: 6").replace("Weekly.", "Every week."))
    stage.apply()
    stage.change("load/nightly", parameters={"rows": 99, "source": "web"})
    stage.change("report/monthly", description="By hand.")

    shown = last(stage)

    assert "parameters.rows: 99 → 5  (drift and change: last applied 6)" in shown
    assert "By hand." not in shown
    found = contents(stage)["deployments"]
    assert found["load/nightly"]["parameters"] == {"rows": 5, "source": "web"}
    assert found["report/monthly"]["description"] == "By hand."


def test_what_somebody_deleted_since_is_not_made_again(stage: Stage) -> None:
    stage.write(BEFORE)
    stage.apply()
    stage.write(BEFORE.replace("rows: 5", "rows: 6").replace("Weekly.", "Every week."))
    stage.apply()
    id = stage.deployments()["load/nightly"]["id"]
    stage.api.delete(f"/deployments/{id}").raise_for_status()

    told = last(stage)

    assert "deployment/load/nightly: was deleted since, and is not made again" in told
    assert contents(stage)["deployments"]["report/weekly"]["description"] == "Weekly."
    assert "load/nightly" not in stage.deployments()


def test_a_value_that_was_not_ours_is_brought_back_and_stays_not_ours(stage: Stage) -> None:
    stage.write(BEFORE)
    stage.apply()
    stage.change("report/monthly", concurrency_limit=4)
    stage.write(BEFORE.replace("name: monthly,", "name: monthly, concurrency_limit: 2,"))
    stage.apply()

    last(stage)

    assert contents(stage)["deployments"]["report/monthly"]["limit"] == 4
    stage.write(BEFORE)
    assert stage.pending() == ""


def test_guards_hold_as_always(stage: Stage) -> None:
    stage.write(BEFORE)
    stage.apply()
    stage.write(BEFORE.replace("work_pools:", "work_pools:\n      - {name: new, type: process}"))
    stage.apply()

    refused = stage.deploy("rollback", "--last")

    assert refused.code == 1
    told = "work-pool/new was made by the apply that is undone and would be deleted"
    assert told in refused.stderr
    last(stage, "--force")
    assert [each["name"] for each in stage.read("/work_pools/filter")] == ["ours"]


def test_a_renaming_is_undone_as_a_renaming(stage: Stage) -> None:
    stage.write(BEFORE)
    stage.apply()
    before = contents(stage)
    stage.write(BEFORE.replace("name: weekly", "name: weekday\n        renamed_from: weekly"))
    stage.apply()
    assert "report/weekday" in stage.deployments()

    last(stage)

    assert contents(stage) == before


def test_protection_is_as_it_was(stage: Stage) -> None:
    plain = BEFORE.replace("name: weekly", "name: weekly\n        protect: true")
    stage.write(plain)
    stage.apply()
    stage.write(plain.replace("protect: true", "protect: false"))
    stage.apply()

    last(stage)

    stage.write(AFTER)
    assert "is protected, and would be deleted" in stage.deploy("--dry-run").stderr


def test_the_history_names_the_commit_that_it_goes_back_to(stage: Stage) -> None:
    start(stage.folder)
    stage.write(BEFORE)
    first = commit(stage.folder, "A")
    stage.apply()
    stage.write(BEFORE.replace("rows: 5", "rows: 6"))
    commit(stage.folder, "B")
    stage.apply()

    last(stage, "--stack", "shop")

    newest = json.loads(stage.deploy("history", "--format", "json").stdout)["applies"][0]
    assert (newest["commit"], newest["ended"], newest["dirty"]) == (first, "done", False)


def test_a_first_apply_can_be_undone(stage: Stage) -> None:
    stage.write(BEFORE)
    stage.apply()

    last(stage, "--force")

    assert stage.deployments() == {}
    assert stage.read("/work_pools/filter") == []


def test_it_goes_with_nothing_else(stage: Stage) -> None:
    stage.write(BEFORE)

    for words in (("1",), ("--select", "name:weekly")):
        ended = stage.deploy("rollback", "--last", *words)
        assert ended.code == 1
        assert "--last undoes the whole of the last apply, and nothing else" in ended.stderr
    assert "has never been applied" in stage.deploy("rollback", "--last").stderr


SECRETS = """
    stack: shop
    policy: {deletes: {share: 1}}
    deployments:
      - name: nightly
        entrypoint: flows.py:load
        description: "{{ $API_TOKEN }}"
        parameters: {rows: 5, source: x}
        work_pool: {name: ours, job_variables: {env: {PASSWORD: "{{ $DB }}", A: "1"}}}
"""


def test_a_secret_that_the_server_still_holds_is_put_back(stage: Stage) -> None:
    stage.make("/work_pools/", name="ours", type="process")
    given = {"API_TOKEN": "swordfish-1", "DB": "opensesame"}
    stage.write(SECRETS)
    assert stage.deploy(environment=given).code == 0
    before = contents(stage)
    stage.write(SECRETS.replace('A: "1"', 'A: "2"').replace("rows: 5", "rows: 6"))
    assert stage.deploy(environment=given).code == 0

    told = last(stage, "--stack", "shop")

    assert contents(stage) == before
    assert "swordfish-1" not in told + memory(stage)
    assert "opensesame" not in told + memory(stage)


def memory(stage: Stage) -> str:
    """All that the stack's ledger holds, taken apart."""
    import base64
    import zlib

    (document,) = stage.read("/block_documents/filter", include_secrets=True)
    parts = [*document["data"]["state"], *document["data"]["undo"]]
    return "".join(zlib.decompress(base64.b64decode(part)).decode() for part in parts)


def test_a_secret_that_is_gone_is_an_error_that_names_its_place(stage: Stage) -> None:
    stage.make("/work_pools/", name="ours", type="process")
    stage.write(SECRETS)
    for given in (
        {"API_TOKEN": "swordfish-1", "DB": "opensesame"},
        {"API_TOKEN": "swordfish-1", "DB": "opensesame-2"},
    ):
        assert stage.deploy(environment=given).code == 0

    refused = stage.deploy("rollback", "--last", "--stack", "shop")

    assert refused.code == 1
    assert (
        "DEP621 error: deployment/load/nightly job_variables.env.PASSWORD: it was a secret"
        in refused.stderr
    )
    assert stage.writes == []
    assert "opensesame" not in refused.text
