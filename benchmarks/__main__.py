"""The whole comparison in one run; prints it, and writes it into the docs.

python -m benchmarks                        what `make bench` runs, some twenty minutes
python -m benchmarks --quick                ten deployments, once: does it run?
python -m benchmarks --deployments 50 --rounds 3 --large 0 --without-prefect
"""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.project import Project
from benchmarks.scenarios import Ring, Row, bout
from benchmarks.servers import sqlite


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deployments", type=int, default=100)
    parser.add_argument("--large", type=int, default=1000, help="0 for none")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without-prefect", action="store_true")
    parser.add_argument("--only", action="append", default=[], help="a scenario, by its name")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, sqlite(Path(name)) as server:
        for number, theirs in (
            (asked.deployments, not asked.without_prefect),
            (asked.large, False),
        ):
            if number:
                place = Path(name, str(number))
                project = Project(folder=place / "project", number=number)
                ring = Ring(server=server, project=project, home=place)
                for row in bout(ring, rounds=asked.rounds, theirs=theirs, only=asked.only):
                    tell(row)


def tell(row: Row) -> None:
    """A line."""
    one = row.measured
    sys.stdout.write(
        f"{row.number:6} {row.scenario:22} {row.contender:22} "
        f"{one.wall:8.2f} s ({one.fastest:.2f} to {one.slowest:.2f})  cpu {one.cpu:6.2f} s  "
        f"{one.memory:5.0f} MB  {row.requests:5} requests {row.writes:5} writes\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
