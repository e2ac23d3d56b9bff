"""What is measured: each job, done by each contender from the same beginning."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from benchmarks.measure import Sample, in_turn, run
from benchmarks.project import POOL, Project
from benchmarks.python import PYTHON
from benchmarks.row import FLOOR, OURS, THEIRS, Row
from benchmarks.servers import Server
from benchmarks.surroundings import surroundings
from tests.support.proxy import proxy_to
from tests.support.recording import Role

_SETTLING = 8.0  # seconds: by then the scheduler has come by
_APPLY = ("-f", "prefect.yaml", "--yes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A job: what the file says, what ours is told, what the floor does.

    `begins` is `empty` or `deployed`; `share` is how much of the project changes, of 1, and
    `one` whether a single deployment does; `without_them` leaves `prefect deploy` out.
    """

    name: str
    begins: str
    ours: Sequence[str]
    floor: str
    changed: Callable[[int], int] = lambda number: 0  # noqa: ARG005
    moved: Callable[[int], int] = lambda number: 0  # noqa: ARG005
    without_them: bool = False


def _one(number: int) -> int:
    return min(1, number)


def _tenth(number: int) -> int:
    return -(-number // 10)


FIRST = Scenario(name="first deploy", begins="empty", ours=_APPLY, floor="create")
LATER = (
    Scenario(name="nothing changed", begins="deployed", ours=_APPLY, floor="read"),
    Scenario(
        name="plan only",
        begins="deployed",
        ours=("plan", "-f", "prefect.yaml"),
        floor="read",
        without_them=True,
    ),
    Scenario(
        name="one field changed", begins="deployed", ours=_APPLY, floor="change", changed=_one
    ),
    Scenario(
        name="one schedule changed", begins="deployed", ours=_APPLY, floor="reschedule", moved=_one
    ),
    Scenario(name="10 % changed", begins="deployed", ours=_APPLY, floor="change", changed=_tenth),
    Scenario(
        name="delete all",
        begins="deployed",
        ours=("destroy", "-f", "prefect.yaml", "--yes"),
        floor="delete",
        without_them=True,
    ),
)


@dataclass(slots=True)
class Ring:
    """A server and a project, and the states of the server that scenarios begin with."""

    server: Server
    project: Project
    home: Path
    states: dict[tuple[str, str], Path] = field(default_factory=dict)

    def prepare(self) -> None:
        """A server with a work pool and no more."""
        self.project.write_flows()
        self.server.wipe()
        with httpx.Client(base_url=self.server.url, timeout=60) as http:
            body = {"name": POOL, "type": "process"}
            http.post("/work_pools/", json=body).raise_for_status()
        self._save("empty", "")

    def contenders(self, scenario: Scenario, *, theirs: bool) -> Iterator[str]:
        """Who takes part."""
        yield OURS
        if theirs and not scenario.without_them:
            yield THEIRS
        yield FLOOR

    def once(self, scenario: Scenario, contender: str, url: str) -> Sample:
        """One run from the scenario's beginning."""
        self.server.restore(self.states[(scenario.begins, self._whose(scenario, contender))])
        number = self.project.number
        changes = scenario.changed(number) or scenario.moved(number)
        self.project.write(changed=scenario.changed(number), moved=scenario.moved(number))
        return run(self._command(scenario, contender, url, changes), self.project.folder, self._env)

    def counted(self, scenario: Scenario, contender: str) -> tuple[int, int]:
        """Requests of one run, and those of them that write to what users own."""
        with proxy_to(self.server.url) as proxy:
            self.once(scenario, contender, proxy.url)
            calls = list(proxy.calls)
        return len(calls), sum(each.role is Role.WRITE for each in calls)

    def keep(self, contender: str) -> None:
        """Have what is on the server now as the beginning of later scenarios."""
        time.sleep(_SETTLING)
        self._save("deployed", contender)

    def _save(self, state: str, whose: str) -> None:
        file = self.home / f"{state}-{whose or 'all'}-{self.project.number}".replace(" ", "-")
        self.server.save(file)
        self.states[(state, whose)] = file

    @staticmethod
    def _whose(scenario: Scenario, contender: str) -> str:
        return "" if scenario.begins == "empty" else contender

    def _command(self, scenario: Scenario, contender: str, url: str, changes: int) -> Sequence[str]:
        self._env = surroundings(self.home, url)
        match contender:
            case "deploy":
                return [PYTHON, "-m", "deploy", *scenario.ours]
            case "floor":
                told = [scenario.floor, url, str(self.project.number), str(changes)]
                return [PYTHON, "-m", "benchmarks.floor", *told]
            case _:
                return [PYTHON, "-m", "prefect", "--no-prompt", "deploy", "--all"]

    _env: Mapping[str, str] = field(default_factory=dict)


def bout(ring: Ring, *, rounds: int, theirs: bool, only: Iterable[str] = ()) -> Iterator[Row]:
    """Every scenario for one project; the first deploy is the beginning of all the others."""
    ring.prepare()
    chosen = [each for each in LATER if not only or each.name in only]
    yield from _rows(ring, FIRST, rounds=1 if theirs else rounds, theirs=theirs, keeps=True)
    for scenario in chosen:
        yield from _rows(ring, scenario, rounds=rounds, theirs=theirs)


def _rows(
    ring: Ring, scenario: Scenario, *, rounds: int, theirs: bool, keeps: bool = False
) -> Iterator[Row]:
    names = list(ring.contenders(scenario, theirs=theirs))

    def runner(name: str) -> Callable[[], Sample]:
        return lambda: ring.once(scenario, name, ring.server.url)

    measured = in_turn({name: runner(name) for name in names}, rounds)
    for name in names:
        requests, writes = ring.counted(scenario, name)
        if keeps:
            ring.keep(name)
        yield Row(
            scenario=scenario.name,
            number=ring.project.number,
            contender=name,
            measured=measured[name],
            requests=requests,
            writes=writes,
        )
