"""The two streams, and colour only where it is wanted."""

from collections.abc import Callable

import click
import pytest
from click.testing import CliRunner, Result

from compiler.plan.mask import Mask
from deploy.console import Console

TEXT = """\
DEP101 error: 'x' is no key
 --> deploy.yaml:1:1
  |
1 | x: ^^^
  | ^ message
  | - other
 = hint: a | ^^^
"""


def said(say: Callable[[Console], None], *, color: bool = True) -> Result:
    @click.command()
    def command() -> None:
        say(Console(Mask(["swordfish"])))

    return CliRunner().invoke(command, color=color)


def test_findings_go_to_the_stream_that_they_belong_to() -> None:
    told = said(lambda console: console.findings("DEP101 error: x"), color=False)
    asked = said(lambda console: console.findings("DEP101 error: x", is_data=True), color=False)

    assert (told.stdout, told.stderr) == ("", "DEP101 error: x\n")
    assert (asked.stdout, asked.stderr) == ("DEP101 error: x\n", "")


def test_titles_and_marks_are_coloured_and_sources_are_not() -> None:
    lines = said(lambda console: console.findings(TEXT)).stderr.splitlines()

    assert [line for line in lines if "\x1b" in line] == [
        "\x1b[31m\x1b[1mDEP101 error: 'x' is no key\x1b[0m",
        "  | \x1b[31m^\x1b[0m message",
        "  | \x1b[34m-\x1b[0m other",
    ]


@pytest.mark.parametrize(("value", "colours"), [("1", 0), ("", 3)])
def test_no_color_is_heard(value: str, colours: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", value)

    done = said(lambda console: console.findings(TEXT))

    assert done.stderr.count("\x1b[0m") == colours


def test_there_is_no_colour_where_there_is_no_terminal() -> None:
    assert "\x1b[" not in said(lambda console: console.findings(TEXT), color=False).stderr


PLAN = """\
~ deployment/etl/nightly
    rows: 4 → 7
    rows: 4 → 7  (drift and change: last applied 5)
      + a
      … 2 unchanged lines
    ! 2 queued runs dropped

0 to create
"""


def test_a_plan_is_coloured_where_something_comes_or_goes() -> None:
    assert said(lambda console: console.plan(PLAN)).stdout == (
        "\x1b[33m~ deployment/etl/nightly\x1b[0m\n"
        "    rows: 4 → 7\n"
        "    rows: 4 → 7\x1b[35m  (drift and change: last applied 5)\x1b[0m\n"
        "\x1b[32m      + a\x1b[0m\n"
        "\x1b[90m      … 2 unchanged lines\x1b[0m\n"
        "\x1b[35m    ! 2 queued runs dropped\x1b[0m\n"
        "\n"
        "0 to create\n"
    )


def test_a_plan_is_plain_where_there_is_no_terminal() -> None:
    assert said(lambda console: console.plan(PLAN), color=False).stdout == PLAN


def test_a_plan_without_colour_is_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    assert said(lambda console: console.plan(PLAN)).stdout == PLAN


def test_every_stream_keeps_secrets() -> None:
    def say(console: Console) -> None:
        console.data("a swordfish")
        console.plan("a swordfish\n")
        console.tell("a swordfish")
        console.findings("a swordfish")

    done = said(say)

    assert done.stdout == "a (secret #1)\n" * 2
    assert done.stderr == "a (secret #1)\na (secret #1)\n"


def test_a_document_is_written_as_it_is() -> None:
    done = said(lambda console: console.document('{"+ a": "swordfish"}'))

    assert done.stdout == '{"+ a": "swordfish"}\n'


def test_a_document_ends_with_one_line_break() -> None:
    assert said(lambda console: console.document("{}\n")).stdout == "{}\n"


def test_nothing_is_not_even_an_empty_line() -> None:
    def say(console: Console) -> None:
        for speak in (console.data, console.tell, console.findings, console.document):
            speak("")

    assert said(say).output == ""


def test_there_is_no_width_where_there_is_no_terminal() -> None:
    assert said(lambda console: console.tell(str(console.width))).stderr == "None\n"
    assert said(lambda console: console.tell(str(console.columns))).stderr == "None\n"
