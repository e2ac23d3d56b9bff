"""`deploy validate`, and what it takes to start, beside the least that could be.

The floor reads the same files, composes the YAML with the C loader and parses the flows with
`ast`, in one process. Beside start-up stands `prefect --version`; beside reading flows,
Prefect's own loading of them.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from benchmarks.measure import Sample, in_turn, run
from benchmarks.python import PYTHON
from benchmarks.row import FLOOR, OURS, THEIRS, Row

FLOW = '''"""Flow number {n}."""

from datetime import date
from typing import Literal, Optional

from prefect import flow, get_run_logger, task

REGIONS = ["eu", "us"]
ROWS = {n}


@task(retries=2)
def extract(source: str, rows: int) -> list[dict]:
    """Take rows from a source."""
    logger = get_run_logger()
    logger.info("taking %s rows from %s", rows, source)
    return [{{"row": row, "source": source}} for row in range(rows)]


@task
def load(rows: list[dict], region: str) -> int:
    """Put rows where they belong."""
    total = 0
    for row in rows:
        if row["source"] != "none":
            total += len(region) + row["row"]
    return total


@flow(name="flow-{n}", log_prints=True)
def run(
    source: str,
    rows: int = ROWS,
    day: Optional[date] = None,
    region: Literal["eu", "us"] = "eu",
    tables: list[str] | None = None,
    dry_run: bool = False,
) -> int:
    """Load the rows of a day.

    Args:
        source: where the rows come from
        rows: how many of them
        day: the day to load; today if it is not given
        region: where they go
    """
    found = extract(source, rows)
    if dry_run:
        print(found)
        return 0
    return load(found, region)
'''
DEPLOYMENT = """  - name: nightly-{n}
    entrypoint: flows/flow_{n}.py:run
    description: Loads the rows of a day.
    schedules:
      - slug: night
        cron: "{minute} 3 * * *"
        timezone: Europe/Berlin
    parameters:
      source: web
      rows: {n}
      region: us
    tags: [bench, "team:data"]
    work_pool:
      name: bench
      work_queue_name: high
      job_variables: {{image: "shop/flows:1.10", env: {{STAGE: prod}}}}
"""
FLOOR_PROGRAM = """
import ast, pathlib, sys, yaml
yaml.compose(pathlib.Path("deploy.yaml").read_text(), Loader=yaml.CSafeLoader)
for path in sorted(pathlib.Path("flows").iterdir()):
    ast.parse(path.read_bytes())
"""
LOADING = """
import pathlib, sys
from prefect.flows import load_flow_from_entrypoint
from prefect.utilities.callables import parameter_schema
for path in sorted(pathlib.Path("flows").iterdir()):
    parameter_schema(load_flow_from_entrypoint(f"{path}:run", use_placeholder_flow=False))
"""

_ROOT = Path(__file__).resolve().parents[1]
_QUICKSTART = _ROOT / "examples" / "quickstart"


def start_up(rounds: int) -> Iterator[Row]:
    """`--version`, and `validate` of the quickstart, which has to read its flows."""
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)}

    def of(*command: str) -> Callable[[], Sample]:
        return lambda: run([PYTHON, "-m", *command], _QUICKSTART, environment)

    table = {
        ("--version", OURS): of("deploy", "--version"),
        ("validate, quickstart", OURS): of("deploy", "validate"),
        ("--version", THEIRS): of("prefect", "--version"),
    }
    yield from _rows(table, 1, rounds)


def validation(place: Path, flows: int, rounds: int, *, theirs: bool = False) -> Iterator[Row]:
    """A project of so many flows, each in a file of its own: cold, and with what was kept."""
    folder, cache = place / "project", place / "cache"
    write_project(folder, flows)
    (folder / ".git").mkdir()
    environment = {**os.environ, "PYTHONPATH": str(_ROOT), "DEPLOY_CACHE_DIR": str(cache)}

    def of(*command: str) -> Callable[[], Sample]:
        return lambda: run([PYTHON, *command], folder, environment)

    ours = of("-m", "deploy", "validate")

    def cold() -> Sample:
        shutil.rmtree(cache, ignore_errors=True)
        return ours()

    floor = of("-c", FLOOR_PROGRAM)
    table = {
        ("validate, cold", OURS): cold,
        ("validate, warm", OURS): ours,
        ("validate, cold", FLOOR): floor,
        ("validate, warm", FLOOR): floor,
    }
    ours()  # nothing is compiled to bytecode while the clock runs
    yield from _rows(table, flows, rounds)
    if theirs:
        loading = {("validate, cold", THEIRS): of("-c", LOADING)}
        yield from _rows(loading, flows, 1)


def _rows(
    table: Mapping[tuple[str, str], Callable[[], Sample]], number: int, rounds: int
) -> Iterator[Row]:
    for (scenario, contender), measured in in_turn(table, rounds).items():
        yield Row(scenario=scenario, number=number, contender=contender, measured=measured)


def write_project(folder: Path, flows: int, *, stack: str = "bench", first: int = 0) -> None:
    """A project of that many flows, each with one deployment; numbered from `first`."""
    (folder / "flows").mkdir(parents=True)
    numbers = range(first, first + flows)
    for n in numbers:
        (folder / "flows" / f"flow_{n}.py").write_text(FLOW.format(n=n), encoding="utf-8")
    deployments = "".join(DEPLOYMENT.format(n=n, minute=n % 60) for n in numbers)
    text = f"stack: {stack}\ndeployments:\n{deployments}"
    (folder / "deploy.yaml").write_text(text, encoding="utf-8")
