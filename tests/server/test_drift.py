"""What moved on the server since the last apply, whatever the files say meanwhile."""

import json

import pytest

from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow]

FILE = """
    stack: shop
    work_pools: [{name: local, type: process, description: ours}]
    deployments:
      - name: nightly
        entrypoint: flows.py:load
        tags: [a]
        parameters: {rows: 5, source: web}
        schedules: [{slug: night, cron: "0 3 * * *"}]
        work_pool: {name: local, job_variables: {env: {API_TOKEN: "{{ $A_TOKEN }}"}}}
      - {name: weekly, entrypoint: "flows.py:report"}
"""
TOKENS = {"A_TOKEN": "first-secret-token"}


@pytest.fixture
def applied(stage: Stage) -> Stage:
    """A stage whose stack was applied."""
    stage.write(FILE)
    ended = stage.deploy(environment=TOKENS)
    assert ended.code == 0, ended.text
    return stage


def test_nothing_moved(applied: Stage) -> None:
    ended = applied.deploy("drift", environment=TOKENS)

    assert (ended.code, ended.stdout) == (0, "nothing moved\n")
    assert applied.writes == []


def test_a_change_of_the_files_is_no_drift(applied: Stage) -> None:
    applied.write(FILE.replace("rows: 5", "rows: 6").replace("tags: [a]", "tags: [b]"))

    assert applied.deploy("drift", environment=TOKENS).code == 0


def test_what_the_files_do_not_give_is_no_drift(applied: Stage) -> None:
    applied.change("load/nightly", paused=True, concurrency_limit=3)
    applied.change("report/weekly", parameters={"region": "us"})

    assert applied.deploy("drift", environment=TOKENS).code == 0


def test_what_moved_is_shown_as_it_was_and_as_it_is(applied: Stage) -> None:
    live = applied.deployments()["load/nightly"]
    applied.change("load/nightly", parameters={"rows": 7, "more": 1}, tags=["a"])
    schedule = live["schedules"][0]["id"]
    applied.api.patch(
        f"/deployments/{live['id']}/schedules/{schedule}", json={"schedule": {"cron": "5 4 * * *"}}
    ).raise_for_status()
    applied.api.delete(f"/deployments/{applied.deployments()['report/weekly']['id']}")

    ended = applied.deploy("drift", "--stack", "shop")

    assert ended.code == 2, ended.text
    assert ended.stdout.splitlines() == [
        "~ deployment/load/nightly",
        '    tags: ["a", "deploy:shop"] → ["a"]',
        "    parameters.more: (nothing) → 1",
        "    parameters.rows: 5 → 7",
        '    parameters.source: "web" → (nothing)',
        '    schedules.night.cron: "0 3 * * *" → "5 4 * * *"',
        "- deployment/report/weekly  (deleted)",
        "",
        "2 moved on the server since the last apply",
    ]


def test_a_secret_that_moved_is_not_shown(applied: Stage) -> None:
    variables = {"env": {"API_TOKEN": "second-secret-token"}}
    applied.change("load/nightly", job_variables=variables, work_pool_name="local")

    ended = applied.deploy("drift", "--format", "json", environment=TOKENS)

    document = json.loads(ended.stdout)
    assert ended.code == 2
    assert "second-secret" not in ended.text
    assert "first-secret" not in ended.text
    assert [
        (each["address"], [one["path"] for one in each["changes"]]) for each in document["things"]
    ] == [("deployment/load/nightly", ["job_variables.env.API_TOKEN"])]


def test_an_apply_puts_right_what_moved(applied: Stage) -> None:
    applied.change("load/nightly", parameters={"rows": 7})

    shown = applied.deploy("plan", environment=TOKENS).stdout
    applied.deploy(environment=TOKENS)

    assert "(drift)" in shown
    assert applied.deploy("drift", environment=TOKENS).code == 0


def test_a_stack_that_was_never_applied_has_not_moved(stage: Stage) -> None:
    ended = stage.deploy("drift", "--stack", "nobody")

    assert ended.code == 0
    assert "remembers no apply of the stack 'nobody'" in ended.stderr
