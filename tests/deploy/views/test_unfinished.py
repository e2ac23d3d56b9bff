"""An apply that did not end, in two lines."""

from dataclasses import replace

from compiler.desired.address import deployment
from compiler.diff.unfinished import Unfinished
from compiler.state.ledger import DID_NOT_END, Applied
from deploy.views.unfinished import render

APPLY = Applied(
    at="2026-11-24T11:45:03+00:00",
    who="ada@laptop",
    tool="0",
    digest="d",
    ended=DID_NOT_END,
    commit="4f1d3c2a99",
)
NAMES = tuple(deployment("etl", f"n{number}") for number in range(9))


def test_whose_it_was_and_how_far_it_came() -> None:
    told = render(Unfinished(apply=APPLY, as_wanted=NAMES[:2], not_yet=NAMES[2:]))

    first, second = told.split("\n")
    assert first == (
        "an apply by ada@laptop, started at 2026-11-24 11:45:03 UTC from commit 4f1d3c2a, "
        "did not end: 2 of 9 things are as it wanted"
    )
    assert second.startswith("not yet: deployment/etl/n2, deployment/etl/n3, ")
    assert second.endswith(", deployment/etl/n6 and 2 more")


def test_what_is_all_there_is_one_line() -> None:
    told = render(Unfinished(apply=replace(APPLY, commit=None), as_wanted=NAMES, not_yet=()))

    assert told == (
        "an apply by ada@laptop, started at 2026-11-24 11:45:03 UTC, "
        "did not end: 9 of 9 things are as it wanted"
    )


def test_one_that_only_adopts_has_no_numbers() -> None:
    told = render(Unfinished(apply=APPLY, as_wanted=(), not_yet=()))

    assert told.endswith("from commit 4f1d3c2a, did not end")


def test_a_name_cannot_write_lines_of_its_own() -> None:
    hostile = replace(APPLY, who="a\nb\x1b[2J")

    assert "\n" not in render(Unfinished(apply=hostile, as_wanted=(), not_yet=()))
