"""How time and memory grow with the number of deployments, and of stacks in one repository.

The server is `benchmarks.quick`, which takes next to no time, so that what grows is the
client's.  Each run is a whole process.

    python -m benchmarks.scale --write            what `make bench-scale` runs: half an hour
    python -m benchmarks.scale --sizes 100 300 --stacks 0
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.growth import bars, by_stack, draw, table
from benchmarks.machine import machine
from benchmarks.measure import Measured, Sample, in_turn, run
from benchmarks.python import PYTHON
from benchmarks.quick import Quick, quick
from benchmarks.recorded import record
from benchmarks.row import FLOOR, OURS, Row
from benchmarks.servers import sqlite
from benchmarks.surroundings import surroundings
from benchmarks.validate import FLOOR_PROGRAM, write_project
from reconciler.api.trace import Role

_DOCS = Path(__file__).resolve().parents[1] / "docs" / "explanation"
_BEGIN, _END = "<!-- scale: written by `make bench-scale` -->", "<!-- the end of scale -->"
_ONCE = 3000  # deployments: what takes so long is run once
_FILE = ("-f", "deploy.yaml")
PLAN = ("plan", *_FILE, "--detailed-exitcode")  # which fails if there is anything to do
APPLY = (*_FILE, "--yes")
DESTROY = ("destroy", *_FILE, "--yes")
IN_ONE = "validate --everywhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A project, what was kept of it, and the server it is deployed to."""

    folder: Path
    home: Path
    server: Quick

    def ours(self, *told: str, folder: Path | None = None) -> Callable[[], Sample]:
        """A run of this program."""
        environment = surroundings(self.home, self.server.url)
        command = [PYTHON, "-m", "deploy", *told]
        return lambda: run(command, folder or self.folder, environment)

    def cold(self, *told: str) -> Callable[[], Sample]:
        """The same, with nothing kept of the flows."""

        def once() -> Sample:
            shutil.rmtree(self.home / "cache", ignore_errors=True)
            return self.ours(*told)()

        return once


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    sizes = [100, 300, 1000, 3000, 10_000]
    parser.add_argument("--sizes", type=int, nargs="*", default=sizes)
    parser.add_argument("--stacks", type=int, default=200, help="0 for none")
    parser.add_argument("--each", type=int, default=50, help="deployments a stack")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="into the docs")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        with sqlite(place) as real:
            recording = record(real.url)
        with quick(recording, place) as server:
            rows = [
                row
                for number in asked.sizes
                for row in _told(one_stack(place / str(number), server, number, asked.rounds))
            ]
            many: dict[str, Measured] = {}
            if asked.stacks:
                many = many_stacks(place / "many", server, asked.stacks, asked.each)
    text = "\n".join((table(rows), bars(rows), by_stack(many, asked.each) if many else ""))
    sys.stdout.write(f"\n{text}")
    if asked.write:
        draw(rows, _DOCS / "scale.svg")
        _write(f"{machine()}\n\n{text}\n![CPU and memory by deployments](scale.svg)\n")


def one_stack(place: Path, server: Quick, number: int, rounds: int) -> Iterator[Row]:
    """Every job, for one stack over as many flow files."""
    server.wipe()
    here = Place(folder=place / "project", home=place, server=server)
    write_project(here.folder, number)
    (here.folder / ".git").mkdir()
    rounds = rounds if number < _ONCE else 1
    environment = surroundings(place, server.url)
    validating = {
        ("validate, cold", OURS): here.cold("validate"),
        ("validate, warm", OURS): here.ours("validate"),
        ("validate", FLOOR): lambda: run([PYTHON, "-c", FLOOR_PROGRAM], here.folder, environment),
    }
    yield from _rows(validating, number, rounds)
    server.roles()
    for name, told, times in (
        ("first apply", APPLY, 1),
        ("plan, nothing changed", PLAN, rounds),
        ("delete all", DESTROY, 1),
    ):
        measured = in_turn({name: here.ours(*told)}, times)[name]
        roles = server.roles()
        yield Row(
            scenario=name,
            number=number,
            contender=OURS,
            measured=measured,
            requests=len(roles) // times,
            writes=roles.count(Role.WRITE) // times,
        )
    shutil.rmtree(place)


def many_stacks(place: Path, server: Quick, stacks: int, each: int) -> dict[str, Measured]:
    """Stacks in one repository: a sample a stack, and one for all where one process does it."""
    server.wipe()
    here = Place(folder=place / "project", home=place, server=server)
    folders = [here.folder / f"stack-{n}" for n in range(stacks)]
    for n, folder in enumerate(folders):
        write_project(folder, each, stack=f"bench-{n}", first=n * each)
    (here.folder / ".git").mkdir()
    done: dict[str, Measured] = {}

    def of_each(name: str, *told: str) -> None:
        done[name] = Measured(samples=tuple(here.ours(*told, folder=at)() for at in folders))
        _tell(name, stacks * each, done[name])

    def of_all(name: str, work: Callable[[], Sample]) -> None:
        done[name] = Measured(samples=(work(),))
        _tell(name, stacks * each, done[name])

    of_each("validate, cold", "validate")
    of_each("validate, warm", "validate")
    of_all(f"{IN_ONE}, cold", here.cold("validate", "--everywhere"))
    of_all(f"{IN_ONE}, warm", here.ours("validate", "--everywhere"))
    of_each("first apply", *APPLY)
    of_each("plan, nothing changed", *PLAN)
    return done


def _rows(
    contenders: Mapping[tuple[str, str], Callable[[], Sample]], number: int, rounds: int
) -> Iterator[Row]:
    for (scenario, contender), measured in in_turn(contenders, rounds).items():
        yield Row(scenario=scenario, number=number, contender=contender, measured=measured)


def _told(rows: Iterator[Row]) -> Iterator[Row]:
    for row in rows:
        name = f"{row.scenario}, {row.contender}"
        _tell(name, row.number, row.measured, "" if row.requests is None else f"{row.requests}")
        yield row


def _tell(name: str, number: int, one: Measured, requests: str = "") -> None:
    total = sum(each.wall for each in one.samples)
    sys.stdout.write(
        f"{number:6} {name:32} {one.wall:8.2f} s  cpu {one.cpu:7.2f} s  {one.memory:5.0f} MB  "
        f"{len(one.samples)} runs in {total:.1f} s  {requests}\n"
    )
    sys.stdout.flush()


def _write(text: str) -> None:
    page = _DOCS / "benchmarks.md"
    head, _, rest = page.read_text(encoding="utf-8").partition(_BEGIN)
    _, _, tail = rest.partition(_END)
    page.write_text(f"{head}{_BEGIN}\n\n{text}\n{_END}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
