"""How far an apply is, where no line can move: a line an action, or some for very many."""

import pytest

from compiler.plan.action import Create
from compiler.plan.mask import Mask
from deploy.console import Console
from deploy.progress import Progress
from reconciler.apply.walker import Done, Failed
from tests.support.builders import wanted


class Clock:
    """Goes on by so many seconds whenever it is looked at."""

    def __init__(self, step: float) -> None:
        self.now, self.step = 0.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def applied(
    total: int, *, failing: tuple[int, ...] = (), step: float = 0.0, detailed: bool = False
) -> None:
    console = Console(Mask())
    console.is_detailed = detailed
    with Progress(total, console, Clock(step)) as progress:
        for number in range(total):
            action = Create(wanted(f"d{number}"))
            progress.started(action)
            progress.ended(action, Failed(OSError()) if number in failing else Done(id="1"))


def told(capsys: pytest.CaptureFixture[str]) -> list[str]:
    captured = capsys.readouterr()
    assert captured.out == ""
    assert all(map(str.isprintable, captured.err.splitlines()))
    return captured.err.splitlines()


def test_a_few_have_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    applied(2, failing=(1,))

    assert told(capsys) == [
        "[1/2] deployment/etl/d0 created",
        "[2/2] deployment/etl/d1 failed",
    ]


def test_very_many_have_twenty_lines(capsys: pytest.CaptureFixture[str]) -> None:
    applied(10_000, step=0.001)

    lines = told(capsys)
    assert len(lines) == 20
    assert lines[0].startswith("[500/10000] done, about ")
    assert lines[0].endswith(" left")
    assert lines[-1] == "[10000/10000] done"


def test_of_very_many_those_that_failed_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    applied(1_000, failing=(7,))

    assert "[8/1000] deployment/etl/d7 failed" in told(capsys)


def test_a_slow_apply_is_heard_of(capsys: pytest.CaptureFixture[str]) -> None:
    applied(200, step=10)

    lines = told(capsys)
    assert len(lines) > 20
    assert any(" min left" in line for line in lines)


def test_who_wants_to_know_all_is_told_all(capsys: pytest.CaptureFixture[str]) -> None:
    applied(200, detailed=True)

    assert len(told(capsys)) == 200
