"""What an edit costs: every row of `docs/explanation/writes.md` is true.

In `make test` a few rows are tried, and ours of them; all, with Prefect's own command, in
`make soak`.
REFRESH_WRITES=1 writes the page anew.
"""

import os
import re
from pathlib import Path

import pytest

from tests.support.counted import EDITS, cost, ours, theirs
from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.property]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "writes.md"
ROWS = {
    cells[0]: tuple(cells[1:])
    for cells in (
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ")
    )
}
REFRESH = bool(os.environ.get("REFRESH_WRITES"))
IN_FULL = os.environ.get("HYPOTHESIS_PROFILE") == "soak"


def test_the_page_has_a_row_for_each_edit() -> None:
    assert [name for name in ROWS if name in EDITS] == list(EDITS)


A_FEW = ("nothing", "a tag", "a schedule more", "a schedule less")


@pytest.mark.parametrize("name", EDITS if IN_FULL or REFRESH else A_FEW)
def test_an_edit_costs_what_the_page_says(name: str, stage: Stage) -> None:
    found = cost(stage, EDITS[name], ours)
    if REFRESH:
        told = (*found.told(), *cost(stage, EDITS[name], theirs).told())
        row, page = f"| {' | '.join((name, *told))} |", PAGE.read_text(encoding="utf-8")
        new = re.sub(rf"(?m)^\| {name} \|.*$", row, page)
        PAGE.write_text(new, encoding="utf-8")
        return

    assert found.told() == ROWS[name][:2]
    if IN_FULL:
        assert cost(stage, EDITS[name], theirs).told() == ROWS[name][2:]
