"""A run that is ended before its end: what was under way is finished, told and remembered."""

import signal
import subprocess
import sys
from collections.abc import Callable
from itertools import count

import pytest

from tests.support.command import command, surroundings
from tests.support.recording import Call
from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow]

THREE = """
    stack: shop
    deployments:
      - {name: a, entrypoint: "flows.py:load"}
      - {name: b, entrypoint: "flows.py:load"}
      - {name: c, entrypoint: "flows.py:load"}
"""
ONE_WRONG = """
    stack: shop
    work_pools: [{name: ours, type: process}]
    deployments:
      - {name: a, entrypoint: "flows.py:load", work_pool: {name: ours}}
      - name: b
        entrypoint: "flows.py:load"
        work_pool: {name: ours, job_variables: {stream_output: "{{ ctx.perhaps }}"}}
      - {name: c, entrypoint: "flows.py:load", work_pool: {name: ours}}
"""
_PATIENCE = 60.0
_LISTENING = (  # a shell that starts tests in the background has them ignore Ctrl-C
    "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); "
    "os.execvp(sys.argv[1], sys.argv[1:])"
)
Process = subprocess.Popen[str]


def run(stage: Stage, when: Callable[[Process, Call], None], *arguments: str) -> tuple[int, str]:
    """Run the command; `when` is called with its process and each of its requests, done or not."""
    with subprocess.Popen(
        [sys.executable, "-c", _LISTENING, *command("--yes", *arguments)],
        cwd=stage.folder,
        env=surroundings(stage.proxy.url),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        stage.proxy.before = lambda call: when(process, call)
        said, _ = process.communicate(timeout=_PATIENCE)
    stage.proxy.before = lambda _: None
    assert "Traceback" not in said, said
    return process.returncode, said


def is_creation(call: Call) -> bool:
    return str(call) == "POST /deployments/"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_what_is_under_way_is_finished_and_nothing_else_begun(
    stage: Stage, number: signal.Signals
) -> None:
    stage.write(THREE)

    def when(process: Process, call: Call) -> None:
        if is_creation(call):
            process.send_signal(number)

    code, said = run(stage, when)

    assert code == 130
    assert "finishing what is under way" in said
    assert "! deployment/load/b  not reached\n" in said
    assert "! deployment/load/c  not reached\n" in said
    assert "1 done, 2 not reached" in said
    assert set(stage.deployments()) == {"load/a"}


def test_the_next_run_does_the_rest(stage: Stage) -> None:
    stage.write(THREE)

    def when(process: Process, call: Call) -> None:
        if is_creation(call):
            process.send_signal(signal.SIGINT)

    run(stage, when)
    made = stage.ids()["load/a"]

    ended = stage.apply("--yes")

    assert "2 done" in ended.stdout
    assert set(stage.deployments()) == {"load/a", "load/b", "load/c"}
    assert stage.ids()["load/a"] == made
    assert stage.pending() == ""


def test_a_second_signal_ends_at_once(stage: Stage) -> None:
    stage.write(THREE)
    number = count(1)

    def when(process: Process, call: Call) -> None:
        if is_creation(call) and next(number) == 1:
            process.send_signal(signal.SIGINT)
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(1.5)
            process.send_signal(signal.SIGINT)
            process.wait(_PATIENCE)

    code, said = run(stage, when)

    assert code == 130
    assert said.rstrip().endswith("interrupted")
    assert " done" not in said
    stage.apply("--yes")
    assert set(stage.deployments()) == {"load/a", "load/b", "load/c"}


def test_the_first_failure_ends_it_where_that_was_asked_for(stage: Stage) -> None:
    stage.write(ONE_WRONG)

    ended = stage.deploy("--yes", "--fail-fast")

    assert ended.code == 3
    assert ended.stdout.splitlines()[-3:] == [
        "! deployment/load/b  failed",
        "! deployment/load/c  not reached",
        "2 done, 1 failed, 0 skipped, 1 not reached",
    ]


def test_without_that_the_others_go_on(stage: Stage) -> None:
    stage.write(ONE_WRONG)

    ended = stage.deploy("--yes")

    assert ended.code == 3
    assert ended.stdout.splitlines()[-1] == "3 done, 1 failed, 0 skipped"


def test_what_somebody_changes_meanwhile_is_not_written_to(stage: Stage) -> None:
    stage.write(THREE)
    stage.apply("--yes")
    stage.write(THREE.replace('load"}', 'load", tags: [x]}'))

    def when(process: Process, call: Call) -> None:  # noqa: ARG001  # the process is left alone
        if call.method in {"PATCH", "PUT", "POST"} and "/block_documents" in call.path:
            stage.change("load/b", description="By hand.")

    code, said = run(stage, when)

    found = stage.deployments()
    assert code == 3
    assert "DEP618 error: deployment/load/b: somebody has changed 'description' since" in said
    assert "2 done, 1 failed" in said
    assert found["load/b"]["tags"] == ["deploy:shop"]
    assert found["load/b"]["description"] == "By hand."


def test_what_somebody_makes_meanwhile_is_not_overwritten(stage: Stage) -> None:
    stage.write(THREE)

    def when(process: Process, call: Call) -> None:  # noqa: ARG001  # the process is left alone
        if str(call) == "POST /block_documents/" and "load/b" not in stage.deployments():
            stage.make_deployment("load", "b", tags=["theirs"])

    code, said = run(stage, when)

    assert code == 3
    assert "DEP618 error: deployment/load/b: somebody has made it since" in said
    assert stage.deployments()["load/b"]["tags"] == ["theirs"]


def test_what_somebody_deletes_meanwhile_is_told(stage: Stage) -> None:
    stage.write(THREE)
    stage.apply("--yes")
    id = stage.ids()["load/b"]
    stage.write(THREE.replace('load"}', 'load", tags: [x]}'))

    def when(process: Process, call: Call) -> None:  # noqa: ARG001  # the process is left alone
        if call.method == "PATCH" and "/block_documents" in call.path:
            stage.api.delete(f"/deployments/{id}")

    code, said = run(stage, when)

    assert code == 3
    assert "DEP618 error: deployment/load/b: somebody has deleted it since" in said
    stage.apply("--yes")
    assert set(stage.deployments()) == {"load/a", "load/b", "load/c"}
