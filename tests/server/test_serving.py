"""`deploy serve` applies what has no work pool, and runs it here through Prefect's own runner."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.support.command import command, surroundings
from tests.support.stage import Stage

pytestmark = [
    pytest.mark.server,
    pytest.mark.slow,
    pytest.mark.own_prefect("runs are made by the Prefect of this environment"),
]

FLOW = '''\
from prefect import flow


@flow
def wait(seconds: float = 0) -> None:
    """Wait; the test looks whether it has begun."""
    import time

    time.sleep(seconds)
'''
BOTH = """
    stack: shop
    work_pools: [{name: ours, type: process}]
    deployments:
      - {name: here, entrypoint: "flows/waiting.py:wait", work_pool: null}
      - {name: there, entrypoint: "flows.py:load", work_pool: {name: ours}}
"""
_PATIENCE = 60  # seconds


@contextmanager
def serving(stage: Stage) -> Iterator[subprocess.Popen[str]]:
    """The command while it serves; told to end when the block ends."""
    with subprocess.Popen(
        command("serve", "--limit", "5"),
        cwd=stage.folder,
        env={**surroundings(stage.server.url), "PREFECT_RUNNER_POLL_FREQUENCY": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        assert any("serving 1 deployment from" in line for line in process.stderr)
        yield process
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=_PATIENCE)


def started(stage: Stage, **parameters: object) -> str:
    """Make a run of the deployment that is served; its id."""
    id = stage.deployments()["wait/here"]["id"]
    made = stage.make(
        f"/deployments/{id}/create_flow_run", parameters=parameters, state={"type": "SCHEDULED"}
    )
    return str(made["id"])


def state(stage: Stage, run: str, *wanted: str) -> dict[str, Any]:
    """The state of a run as soon as it is one of those, or at the end of our patience."""
    until = time.monotonic() + _PATIENCE
    while True:
        found: dict[str, Any] = (
            stage.api.get(f"/flow_runs/{run}").raise_for_status().json()["state"]
        )
        if found["type"] in wanted or time.monotonic() > until:
            return found
        time.sleep(0.2)


def test_a_run_of_what_is_served_is_completed_and_one_under_way_is_cancelled(stage: Stage) -> None:
    stage.write(BOTH)
    stage.write(FLOW, "flows/waiting.py")

    with serving(stage) as process:
        quick, slow = started(stage), started(stage, seconds=300)
        completed = state(stage, quick, "COMPLETED", "FAILED", "CRASHED")
        running = state(stage, slow, "RUNNING")

    assert completed["type"] == "COMPLETED"
    assert running["type"] == "RUNNING"
    assert process.returncode == 0
    assert state(stage, slow, "CANCELLED")["message"] == "Runner is shutting down."
    found = stage.deployments()
    assert list(found) == ["wait/here"]
    assert not found["wait/here"]["paused"]
    assert stage.deploy("plan", "--detailed-exitcode", "--select", "name:here").code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--select", "name:there"), "no selected deployment is without a work pool"),
        (("--api-url", "embedded"), "the embedded server ends with this command"),
    ],
    ids=["only with a pool", "embedded"],
)
def test_that_there_is_nothing_to_serve_is_said(
    stage: Stage, arguments: tuple[str, ...], said: str
) -> None:
    stage.write(BOTH)
    stage.write(FLOW, "flows/waiting.py")

    ended = stage.deploy("serve", *arguments)

    assert ended.code == 1
    assert f"DEP620 error: {said}" in ended.stderr
    assert stage.writes == []


def test_what_cannot_be_run_here_is_not_served(stage: Stage) -> None:
    stage.write("""
        stack: shop
        deployments:
          - {name: pooled, entrypoint: "flows.py:load"}
          - name: elsewhere
            entrypoint: flows.py:load
            pull: [{prefect.deployments.steps.set_working_directory: {directory: /nowhere}}]
    """)
    stage.apply()
    stage.make("/work_pools/", name="by-hand", type="process")
    stage.change("load/pooled", work_pool_name="by-hand")

    ended = stage.deploy("serve")

    assert ended.code == 1
    assert "deployment/load/pooled has the work pool 'by-hand' on the server" in ended.stderr
    assert "deployment/load/elsewhere begins in '/nowhere', which is not on this" in ended.stderr
    assert ended.stderr.count("DEP710 error") == 2
    assert stage.writes == []


def test_prefect_is_imported_only_where_runs_are_made() -> None:
    program = "import sys, deploy.serving; print('prefect' in sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout == "False\n"
