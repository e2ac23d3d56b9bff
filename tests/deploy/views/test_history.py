"""The history as a table and as JSON."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from compiler.plan.mask import Mask
from compiler.state.ledger import Applied
from deploy.views.history import render, render_json
from deploy.views.letters import width

PAGE = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "go-back.md"
APPLY = Applied(
    at="2026-11-24T11:45:03+00:00",
    who="ada@laptop",
    tool="0.1.0",
    digest="sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ended="done",
    commit="4f1d3c2a9b8e7d6c5b4a39281706f5e4d3c2b1a0",
    environment="prod",
    counts={"create": 12, "change": 3, "protect": 1, "adopt": 0, "delete": 0, "keep": 7},
    dirty=False,
)
OUTSIDE = Applied(
    at="2026-11-23T23:59:59+02:00",
    who="github-bot",
    tool="0.1.0",
    digest="sha256:0000000000007d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ended="partly",
    counts={"adopt": 2},
)
HISTORY = {112: APPLY, 9: OUTSIDE}


def test_each_apply_is_a_line_where_there_is_no_terminal() -> None:
    assert render(HISTORY) == snapshot(
        """\
no.  when (UTC)           ended   plan         commit    environment  who         digest
112  2026-11-24 11:45:03  done    +12 ~3 -0    4f1d3c2a  prod         ada@laptop  9f86d081
  9  2026-11-23 21:59:59  partly  +0 ~0 =2 -0                         github-bot  00000000\
"""
    )


def test_a_narrow_terminal_gets_more_lines() -> None:
    assert render(HISTORY, 60) == snapshot(
        """\
no.  when (UTC)           ended   plan         commit
     environment  who         digest
112  2026-11-24 11:45:03  done    +12 ~3 -0    4f1d3c2a
     prod         ada@laptop  9f86d081
  9  2026-11-23 21:59:59  partly  +0 ~0 =2 -0
                  github-bot  00000000\
"""
    )


def test_a_column_that_says_nothing_is_left_out() -> None:
    table = render({1: replace(APPLY, environment=None)}, 80)

    assert table == snapshot(
        """\
no.  when (UTC)           ended  plan       commit    who         digest
  1  2026-11-24 11:45:03  done   +12 ~3 -0  4f1d3c2a  ada@laptop  9f86d081\
"""
    )


@pytest.mark.parametrize("columns", [40, 60, 61, 79, 80, 100, 200])
def test_no_line_is_wider_than_the_terminal(columns: int) -> None:
    wide = replace(APPLY, who="名" * 12, environment="a-long-environment")

    lines = render({1: APPLY, 2: wide}, columns).split("\n")

    assert max(map(width, lines)) <= columns
    assert all(line.strip() for line in lines)


def test_nothing_that_was_written_reaches_the_terminal_as_it_is() -> None:
    hostile = "\x1b]0;title\x07\n999  done\u202e\x9b"
    apply = replace(APPLY, who=hostile, environment=hostile, at=hostile, ended=hostile)

    table = render({1: replace(apply, commit=hostile, digest=hostile)})

    assert table.count("\n") == 1
    assert all(line.isprintable() for line in table.split("\n"))


def test_files_that_the_commit_has_not_are_told() -> None:
    table = render({1: replace(APPLY, dirty=True)})

    assert "  4f1d3c2a dirty  prod" in table


def test_what_is_very_long_is_cut() -> None:
    assert max(map(len, render({1: replace(APPLY, who="x" * 9000)}).split("\n"))) < 200


def test_an_empty_history_is_an_empty_text() -> None:
    assert render({}) == ""


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        ("2026-11-24T11:45:03Z", "2026-11-24 11:45:03"),
        ("2026-11-24T11:45:03", "2026-11-24 11:45:03"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+14:00"),
        ("yesterday", "yesterday"),
    ],
    ids=["Z", "no zone", "before all years", "no time"],
)
def test_a_time_is_shown_in_utc_if_it_is_one(at: str, shown: str) -> None:
    assert shown in render({1: replace(APPLY, at=at)})


def test_programs_read_all_of_it() -> None:
    document = json.loads(render_json("shop", "https://prefect.example.com/api", HISTORY, Mask()))

    assert document == snapshot(
        {
            "format_version": "1.1",
            "stack": "shop",
            "server": "https://prefect.example.com/api",
            "applies": [
                {
                    "number": 112,
                    "at": "2026-11-24T11:45:03Z",
                    "who": "ada@laptop",
                    "tool_version": "0.1.0",
                    "commit": "4f1d3c2a9b8e7d6c5b4a39281706f5e4d3c2b1a0",
                    "environment": "prod",
                    "digest": APPLY.digest,
                    "ended": "done",
                    "dirty": False,
                    "counts": {
                        "create": 12,
                        "change": 3,
                        "adopt": 0,
                        "protect": 1,
                        "delete": 0,
                        "keep": 7,
                    },
                },
                {
                    "number": 9,
                    "at": "2026-11-23T21:59:59Z",
                    "who": "github-bot",
                    "tool_version": "0.1.0",
                    "commit": None,
                    "environment": None,
                    "digest": OUTSIDE.digest,
                    "ended": "partly",
                    "dirty": None,
                    "counts": {
                        "create": 0,
                        "change": 0,
                        "adopt": 2,
                        "protect": 0,
                        "delete": 0,
                        "keep": 0,
                    },
                },
            ],
        }
    )


def test_a_secret_is_in_neither() -> None:
    mask = Mask(["hunter2-of-ada"])
    apply = replace(APPLY, who="https://ada:pa55word@ci", environment="hunter2-of-ada")

    text = render_json("shop", None, {1: apply}, mask)

    assert "hunter2" not in text
    assert "pa55word" not in text
    assert mask.text(render({1: apply})).count("(secret") == 2


def test_the_page_explains_every_field() -> None:
    explained = set(re.findall(r"^\| `(\w+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    document = json.loads(render_json("shop", None, HISTORY, Mask()))

    assert explained == {*document, *document["applies"][0], *document["applies"][0]["counts"]}
