"""No run takes more than its bound in `benchmarks/bounds.toml`.  `make bench-guard`."""

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import httpx
import pytest

from benchmarks import guard
from benchmarks.measure import Sample, run
from benchmarks.quick import Quick, quick
from benchmarks.recorded import Recording, record
from benchmarks.scale import APPLY, PLAN
from benchmarks.surroundings import surroundings
from benchmarks.validate import FLOOR_PROGRAM, write_project
from tests.support.live_server import LiveServer
from tests.support.recording import Role

pytestmark = [pytest.mark.server, pytest.mark.slow]

NUMBER = 200
_SLOW_PARSER = """
import ast, time
_parse = ast.parse

def parse(*given, **named):
    ended = time.process_time() + 0.01
    while time.process_time() < ended:
        pass
    return _parse(*given, **named)

ast.parse = parse
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A project of 200 deployments, and a server that takes no time."""

    home: Path
    server: Quick

    def ours(self, *told: str, beside: Path | None = None) -> Sample:
        """This program; `beside` is a folder that Python looks for modules in first."""
        environment = dict(surroundings(self.home, self.server.url))
        if beside is not None:
            environment["PYTHONPATH"] = f"{beside}:{environment['PYTHONPATH']}"
        return run([sys.executable, "-m", "deploy", *told], self.home / "project", environment)

    def floor(self, *told: str) -> Sample:
        """Python, and nothing of ours."""
        environment = surroundings(self.home, self.server.url)
        return run([sys.executable, *told], self.home / "project", environment)

    def floor_of(self, job: str) -> Sample:
        """A bare client."""
        return self.floor("-m", "benchmarks.floor", job, self.server.url, str(NUMBER), "0")

    def cold(self, beside: Path | None = None) -> Callable[[], Sample]:
        """A validation for which nothing was kept."""

        def validate() -> Sample:
            shutil.rmtree(self.home / "cache", ignore_errors=True)
            return self.ours("validate", beside=beside)

        return validate


@pytest.fixture(scope="module")
def recording(live_server_process: LiveServer) -> Iterator[Recording]:
    """What the real server answers."""
    live_server_process.wipe()
    yield record(live_server_process.url)
    live_server_process.wipe()


@pytest.fixture(scope="module")
def ground(recording: Recording, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """With nothing deployed."""
    home = tmp_path_factory.mktemp("speed")
    write_project(home / "project", NUMBER)
    (home / "project" / ".git").mkdir()
    with quick(recording, home) as server:
        yield Ground(home=home, server=server)


def test_a_start_takes_no_more_than_its_bound(ground: Ground) -> None:
    found = guard.judged("start", lambda: ground.ours("--version"), lambda: ground.floor("-c", ""))

    assert found.is_kept, found


def test_validating_takes_no_more_than_its_bound(ground: Ground) -> None:
    found = guard.judged("validate", ground.cold(), lambda: ground.floor("-c", FLOOR_PROGRAM))

    assert found.is_kept, found


def test_slower_reading_of_flows_is_noticed(ground: Ground, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(_SLOW_PARSER, encoding="utf-8")

    slow = ground.cold(beside=tmp_path)
    found = guard.judged("validate", slow, lambda: ground.floor("-c", FLOOR_PROGRAM), rounds=1)

    assert not found.is_kept, found


def test_applying_takes_no_more_than_its_bound(ground: Ground) -> None:
    made: list[list[Role]] = []

    def first() -> Sample:
        ground.server.wipe()
        ground.server.roles()
        sample = ground.ours(*APPLY)
        made.append(ground.server.roles())
        return sample

    def floor() -> Sample:
        ground.server.wipe()
        return ground.floor_of("create")

    found = guard.judged("apply", first, floor)

    assert found.is_kept, found
    assert len(made[-1]) == guard.requests()["apply"]
    assert made[-1].count(Role.WRITE) == 2 * NUMBER  # a flow and a deployment each


def test_planning_takes_no_more_than_its_bound(ground: Ground) -> None:
    ground.server.wipe()
    ground.ours(*APPLY)
    ground.server.roles()
    made: list[list[Role]] = []

    def plan() -> Sample:
        ground.server.roles()
        sample = ground.ours(*PLAN)  # ends with 2 if there is anything to do
        made.append(ground.server.roles())
        return sample

    found = guard.judged("plan", plan, lambda: ground.floor_of("read"))
    ground.server.roles()
    ground.ours(*APPLY)
    again = ground.server.roles()

    assert found.is_kept, found
    assert len(made[-1]) == len(again) == guard.requests()["plan"] <= 6 + 2 * ceil(NUMBER / 200)
    assert set(again) == {Role.READ}


def test_the_quick_server_answers_in_the_form_of_the_real_one(
    ground: Ground, live_server_process: LiveServer
) -> None:
    ground.server.wipe()

    theirs, ours = _forms(live_server_process.url), _forms(ground.server.url)

    assert ours == theirs


def _forms(url: str) -> list[object]:
    """Of what was made, and of what is listed."""
    with httpx.Client(base_url=url, timeout=60) as http:
        flow = http.post("/flows/", json={"name": "etl"}).json()
        schedule = {
            "slug": "s",
            "schedule": {"cron": "0 3 * * *", "timezone": "UTC", "day_or": True},
        }
        body = {"name": "d", "flow_id": flow["id"], "schedules": [schedule], "tags": ["x"]}
        made = http.post("/deployments/", json={**body, "work_pool_name": "bench"})
        asked = {"deployments": {"tags": {"all_": ["x"]}}, "limit": 200, "page": 1}
        listed = http.post("/deployments/paginate", json=asked).json()
        gone = {"deployments": {"id": {"any_": [made.json()["id"]]}}}
        deleted = http.post("/deployments/bulk_delete", json=gone)
    return [made.status_code, deleted.status_code, *map(_form, (made.json(), listed))]


def _form(value: object) -> object:
    """Names, and types of values."""
    match value:
        case dict():
            return {name: _form(each) for name, each in value.items()}
        case list():
            return [_form(each) for each in value]
        case _:
            return type(value).__name__
