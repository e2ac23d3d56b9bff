"""At a terminal the command asks before it writes; elsewhere it cannot, and does not."""

import signal

import pytest

from tests.support.repository import commit, start
from tests.support.stage import Stage
from tests.support.terminal import at_a_terminal

pytestmark = [pytest.mark.server, pytest.mark.slow]

ONE = """
    stack: one
    deployments: [{name: nightly, entrypoint: "flows.py:load"}]
"""


@pytest.mark.parametrize("answer", ["n\n", "\n"], ids=["no", "only return"])
def test_declining_writes_nothing(stage: Stage, answer: str) -> None:
    stage.write(ONE)

    talk = at_a_terminal(stage, answer=answer)

    assert "Apply? [y/N]" in talk.screen
    assert "nothing was written" in talk.screen
    assert talk.code == 1
    assert stage.writes == []


def test_agreeing_applies(stage: Stage) -> None:
    stage.write(ONE)

    talk = at_a_terminal(stage, answer="y\n")

    assert talk.code == 0, talk.screen
    assert list(stage.deployments()) == ["load/nightly"]


def test_an_answer_that_is_none_is_asked_for_again(stage: Stage) -> None:
    stage.write(ONE)

    talk = at_a_terminal(stage, answer="maybe\ny\n")

    assert talk.code == 0, talk.screen
    assert "say y or n" in talk.screen
    assert list(stage.deployments()) == ["load/nightly"]


def test_control_c_at_the_question_writes_nothing(stage: Stage) -> None:
    stage.write(ONE)

    talk = at_a_terminal(stage, answer=signal.SIGINT)

    assert talk.code == 130, talk.screen
    assert "Traceback" not in talk.screen
    assert stage.writes == []


def test_yes_never_asks(stage: Stage) -> None:
    stage.write(ONE)

    talk = at_a_terminal(stage, "--yes")

    assert talk.code == 0, talk.screen
    assert "Apply?" not in talk.screen
    assert list(stage.deployments()) == ["load/nightly"]


def test_an_empty_plan_asks_nothing(stage: Stage) -> None:
    stage.write(ONE)
    stage.apply()

    talk = at_a_terminal(stage)

    assert talk.code == 0, talk.screen
    assert "Apply?" not in talk.screen


@pytest.mark.parametrize(
    ("answer", "code", "rows"), [("y\n", 0, 10), (signal.SIGINT, 130, 5)], ids=["yes", "Ctrl-C"]
)
def test_going_back_is_asked_too(
    stage: Stage, answer: str | signal.Signals, code: int, rows: int
) -> None:
    start(stage.folder)
    stage.write(ONE.replace("}", ", parameters: {rows: 10}}"))
    commit(stage.folder, "first")
    stage.write(ONE.replace("}", ", parameters: {rows: 5}}"))
    commit(stage.folder, "second")
    stage.apply()

    talk = at_a_terminal(stage, "rollback", "HEAD~1", answer=answer)

    assert "Roll back? [y/N]" in talk.screen
    assert talk.code == code, talk.screen
    assert stage.deployments()["load/nightly"]["parameters"] == {"rows": rows}
