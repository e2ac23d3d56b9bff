"""`--quiet` against a server: a run that goes well says nothing that was not asked for."""

import pytest

from tests.support.stage import Stage
from tests.support.terminal import at_a_terminal

pytestmark = [pytest.mark.server, pytest.mark.slow]

ONE = """
    stack: one
    deployments: [{name: nightly, entrypoint: "flows.py:load"}]
"""


def test_an_apply_that_ends_well_is_silent(stage: Stage) -> None:
    stage.write(ONE)

    ended = stage.deploy("--quiet")

    assert (ended.code, ended.text) == (0, "")
    assert list(stage.deployments()) == ["load/nightly"]


def test_a_plan_is_what_was_asked_for(stage: Stage) -> None:
    stage.write(ONE)
    loud, tried = stage.deploy("plan"), stage.deploy("--dry-run")

    ended = stage.deploy("plan", "--quiet", "--detailed-exitcode")
    dry = stage.deploy("--quiet", "--dry-run")

    assert (ended.code, ended.stdout, ended.stderr) == (2, loud.stdout, "")
    assert (dry.code, dry.stdout, dry.stderr) == (0, tried.stdout, "")


def test_who_is_asked_sees_what_about(stage: Stage) -> None:
    stage.write(ONE)

    talk = at_a_terminal(stage, "--quiet", answer="y\n")

    assert talk.code == 0
    assert "server: " in talk.screen
    assert "load/nightly" in talk.screen
    assert talk.screen.rstrip().endswith("Apply? [y/N]: y")


def test_what_failed_is_said(stage: Stage) -> None:
    stage.write(ONE)
    stage.make_deployment("load", "nightly")

    ended = stage.deploy("--quiet")

    assert ended.code == 1
    assert "DEP6" in ended.stderr
    assert ended.stderr.endswith("nothing was written\n")
    assert ended.stdout == ""
