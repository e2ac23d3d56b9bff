"""The whole comparison in one run; prints it, and with `--write` puts it into the docs.

python -m benchmarks --write                what `make bench` runs: half an hour
python -m benchmarks --deployments 10 --large 0 --flows 100 --rounds 1
python -m benchmarks --without-prefect --only "delete all"
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.machine import described
from benchmarks.project import Project
from benchmarks.report import draw, markdown
from benchmarks.row import Row
from benchmarks.scenarios import Ring, bout
from benchmarks.servers import sqlite
from benchmarks.validate import start_up, validation

_DOCS = Path(__file__).resolve().parents[1] / "docs" / "explanation"


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--deployments", type=int, default=100)
    parser.add_argument("--large", type=int, default=1000, help="0 for none")
    parser.add_argument("--flows", type=int, default=1000, help="to validate; 0 for none")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--without-prefect", action="store_true")
    parser.add_argument("--only", action="append", default=[], help="a scenario, by its name")
    parser.add_argument("--write", action="store_true", help="into the docs")
    asked = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as name:
        for row in measured(asked, Path(name)):
            tell(row)
            rows.append(row)
    table = markdown(rows)
    sys.stdout.write(f"\n{table}")
    if asked.write:
        draw(rows, _DOCS / "benchmarks.svg")
        page = (_DOCS / "benchmarks.md").read_text(encoding="utf-8")
        head, mark, _ = page.partition(_MARK)
        (_DOCS / "benchmarks.md").write_text(
            f"{head}{mark}\n\n{described()}\n\n{table}\n![Seconds by scenario](benchmarks.svg)\n",
            encoding="utf-8",
        )


_MARK = "<!-- what follows is written by `make bench` -->"


def measured(asked: argparse.Namespace, place: Path) -> Iterator[Row]:
    """Every row."""
    theirs = not asked.without_prefect
    if not asked.only and asked.flows:
        yield from start_up(asked.rounds)
        for flows, rounds in ((asked.flows, asked.rounds), (asked.flows * 10, 1)):
            yield from validation(
                place / f"flows-{flows}", flows, rounds, theirs=theirs and flows == asked.flows
            )
    with sqlite(place) as server:
        for number, compared in ((asked.deployments, theirs), (asked.large, False)):
            if number:
                folder = place / str(number)
                project = Project(folder=folder / "project", number=number)
                ring = Ring(server=server, project=project, home=folder)
                yield from bout(ring, rounds=asked.rounds, theirs=compared, only=asked.only)


def tell(row: Row) -> None:
    """A line."""
    one = row.measured
    counted = "" if row.requests is None else f"{row.requests:6} requests {row.writes:5} writes"
    sys.stdout.write(
        f"{row.number:6} {row.scenario:22} {row.contender:8} "
        f"{one.wall:8.2f} s ({one.fastest:.2f} to {one.slowest:.2f})  cpu {one.cpu:6.2f} s  "
        f"{one.memory:5.0f} MB {counted}\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
