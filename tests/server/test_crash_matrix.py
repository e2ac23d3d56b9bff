"""A sample of `docs/explanation/crash-matrix.md`.

`make crash-matrix` tries every cell, and writes the page.
"""

import os
import random
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.crash_matrix import WAYS, Prepared, prepare, tried
from tests.support.crash_scenario import scenario
from tests.support.prefect_server import PrefectServer

pytestmark = [pytest.mark.server, pytest.mark.slow]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "crash-matrix.md"
IN_FULL = os.environ.get("CRASH_MATRIX") == "whole"
_CELLS = 24
Cell = tuple[int, str]


async def test_a_run_that_goes_wrong_anywhere_is_put_right_by_the_next(
    server: PrefectServer, tmp_path: Path
) -> None:
    prepared = await prepare(server, scenario(tmp_path), tmp_path)
    cells = [(number, way) for number in range(1, len(prepared.requests) + 1) for way in WAYS]
    chosen = cells if IN_FULL else random.Random(5).sample(cells, _CELLS)

    found = {(number, way): await tried(prepared, WAYS[way](number)) for number, way in chosen}

    if IN_FULL:
        _write(prepared, found)
    assert {_named(prepared, cell): wrong for cell, wrong in found.items() if wrong} == {}


def _named(prepared: Prepared, cell: Cell) -> str:
    number, way = cell
    return f"request {number} ({prepared.requests[number - 1]}), {way}"


def _write(prepared: Prepared, found: Mapping[Cell, str]) -> None:
    """Put the table into the page, below its last paragraph."""
    head = PAGE.read_text(encoding="utf-8").partition("\n## The matrix")[0]
    head = re.sub(r"(?m)^The whole table has not been made yet.*\n", "", head)
    green = sum(not wrong for wrong in found.values())
    tried = f"{green} of {len(found)} cells are green"
    lines = [
        f"{head}\n## The matrix",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, Prefect 3.8.8 on SQLite: {tried}.",
        "",
        _row("request", WAYS),
        _row("---", ["---" for _ in WAYS]),
    ]
    for number, call in enumerate(prepared.requests, start=1):
        marks = [found[number, way] or "✓" for way in WAYS]
        lines.append(_row(f"{number} `{_short(call)}`", marks))
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _row(first: str, others: Iterable[str]) -> str:
    return f"| {' | '.join((first, *others))} |"


def _short(call: str) -> str:
    """A call without the ids, which are others in each run."""
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "{id}", call)
