"""What the server refuses is shown under the line that asked for it; the rest is done."""

import pytest
from inline_snapshot import snapshot

from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow]

GOOD = """\
stack: shop
work_pools: [{name: ours, type: process}]
deployments:
  - {name: first, entrypoint: "flows.py:load", work_pool: {name: ours}}
  - name: wrong
    entrypoint: flows.py:load
    work_pool: {name: ours, job_variables: {stream_output: true}}
  - {name: zlast, entrypoint: "flows.py:load", tags: [etl]}
  - {name: gone, entrypoint: "flows.py:load"}
"""
_SCHEDULED = """\
  - name: later
    entrypoint: flows.py:report
    schedules: [{slug: night, cron: "30 3 * * *"}]
    work_pool: {name: ours, job_variables: {stream_output: false}}
"""
_REFUSED = 'stream_output: "{{ ctx.perhaps }}"'  # a template is left to the server to judge
WRONG = GOOD.replace("stream_output: true", _REFUSED).replace("etl", "big")


def test_a_refusal_stands_under_its_line(stage: Stage) -> None:
    stage.write(WRONG)

    ended = stage.deploy()

    assert ended.code == 3
    assert "DEP701 error: deployment/load/wrong: " in ended.stderr
    assert "--> deploy.yaml:5:11\n  |\n5 |   - name: wrong\n" in ended.stderr
    assert "Validation failed for field 'stream_output'" in ended.stderr
    assert ended.stdout.splitlines()[-2:] == snapshot(
        ["! deployment/load/wrong  failed", "4 done, 1 failed, 0 skipped"]
    )


def test_the_others_are_applied(stage: Stage) -> None:
    stage.write(WRONG)

    stage.deploy()

    assert set(stage.deployments()) == {"load/first", "load/gone", "load/zlast"}


def test_nothing_is_deleted_when_something_failed(stage: Stage) -> None:
    stage.write(GOOD)
    stage.apply()
    stage.write(WRONG.rpartition("  - {name: gone")[0])

    ended = stage.deploy()

    found = stage.deployments()
    assert ended.code == 3
    assert "! deployment/load/gone  skipped, since deployment/load/wrong failed" in ended.stdout
    assert "load/gone" in found
    assert "big" in found["load/zlast"]["tags"]


def test_the_next_run_does_the_rest(stage: Stage) -> None:
    stage.write(WRONG)
    stage.deploy()
    stage.write(GOOD)

    stage.apply()

    assert set(stage.deployments()) == {"load/first", "load/gone", "load/wrong", "load/zlast"}
    assert stage.pending() == ""


def test_half_an_update_has_its_runs_again(stage: Stage) -> None:
    stage.write(GOOD + _SCHEDULED)
    stage.apply()
    stage.write((GOOD + _SCHEDULED).replace("30 3", "30 4").replace("false", '"{{ ctx.perhaps }}"'))

    ended = stage.deploy()

    done = [call.path.rpartition("/")[2] for call in stage.writes if call.status in {200, 204}]
    later = stage.deployments()["report/later"]
    assert ended.code == 1
    assert later["schedules"][0]["schedule"]["cron"] == "30 4 * * *"
    assert done[-3] == "schedule", list(map(str, stage.writes))  # then the ledger and the lock


def test_all_refused_is_failed(stage: Stage) -> None:
    stage.make("/work_pools/", name="ours", type="process", base_job_template=template(stage))
    stage.write(
        """
        stack: shop
        deployments:
          - name: wrong
            entrypoint: flows.py:load
            work_pool: {name: ours, job_variables: {stream_output: "{{ ctx.perhaps }}"}}
        """
    )

    ended = stage.deploy()

    assert ended.code == 1
    assert stage.deployments() == {}


def template(stage: Stage) -> object:
    workers = stage.api.get("/collections/views/aggregate-worker-metadata").json()
    return workers["prefect"]["process"]["default_base_job_configuration"]
