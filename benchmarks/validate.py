"""`deploy validate` beside the least that anybody could do with the same files.

The floor reads the same files, composes the YAML with the C loader and parses the
flows with `ast`, in one process.  Prefect's own loading of the same flows is timed
beside them.  Prints ratios of whole-process wall time: medians of alternating runs.

    python benchmarks/validate.py --flows 1000 --runs 5 --scale 10 --prefect
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

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
FLOOR = """
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

ROOT = Path(__file__).resolve().parents[1]
QUICKSTART = ROOT / "examples" / "quickstart"
OURS = [sys.executable, "-m", "deploy", "validate"]
PREFECT = [sys.executable, "-m", "prefect"]
Run: TypeAlias = Callable[[], tuple[float, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Seconds and peak megabytes of whole processes."""

    seconds: tuple[float, ...]
    megabytes: float

    @property
    def median(self) -> float:
        """The run in the middle."""
        return statistics.median(self.seconds)


def write_project(folder: Path, flows: int) -> None:
    """A project of that many flows, each with one deployment."""
    (folder / "flows").mkdir(parents=True)
    (folder / ".git").mkdir()
    for n in range(flows):
        (folder / "flows" / f"flow_{n}.py").write_text(FLOW.format(n=n), encoding="utf-8")
    deployments = "".join(DEPLOYMENT.format(n=n, minute=n % 60) for n in range(flows))
    text = f"stack: bench\ndeployments:\n{deployments}"
    (folder / "deploy.yaml").write_text(text, encoding="utf-8")


def timed(command: list[str], folder: Path, environment: Mapping[str, str]) -> tuple[float, float]:
    """Seconds and peak megabytes of one run."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    output = process.stdout.read() if process.stdout else b""
    _, status, usage = os.wait4(process.pid, 0)
    taken = time.perf_counter() - begun
    if status:
        raise SystemExit(f"{command}\n{output.decode()}")
    return taken, usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)


def measure(contenders: Mapping[str, Run], runs: int) -> dict[str, Measured]:
    """All of them in turn, that many times, after one round that does not count."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in contenders}
    for number in range(runs + 1):
        for name, run in contenders.items():
            taken = run()
            if number:
                found[name].append(taken)
    return {
        name: Measured(seconds=tuple(one[0] for one in each), megabytes=max(one[1] for one in each))
        for name, each in found.items()
    }


def contenders(folder: Path, cache: Path) -> dict[str, Run]:
    """What is compared on the project in `folder`: the floor, and ours without and with a cache."""
    environment = {**os.environ, "DEPLOY_CACHE_DIR": str(cache)}

    def cold() -> tuple[float, float]:
        shutil.rmtree(cache, ignore_errors=True)
        return timed(OURS, folder, environment)

    return {
        "floor": lambda: timed([sys.executable, "-c", FLOOR], folder, environment),
        "cold": cold,
        "warm": lambda: timed(OURS, folder, environment),
    }


def compare(place: Path, flows: int, runs: int) -> dict[str, Measured]:
    """The table of one project."""
    folder = place / f"project-{flows}"
    write_project(folder, flows)
    table = measure(contenders(folder, place / f"cache-{flows}"), runs)
    print(f"\n{flows} deployments over {flows} flow files; the floor is 1")
    for name, one in table.items():
        print_row(name, one, table["floor"])
    return table


def print_row(name: str, one: Measured, unit: Measured) -> None:
    """One line: the median, the extremes and the memory."""
    low, high = min(one.seconds) / unit.median, max(one.seconds) / unit.median
    ratio = one.median / unit.median
    print(f"{name:10} {ratio:8.2f} x  ({low:.2f} to {high:.2f})  {one.megabytes:6.0f} MB")


def print_start_up(runs: int) -> None:
    """`deploy validate` of the quickstart beside `prefect --version`, start-up included."""
    table = measure(
        {
            "prefect": lambda: timed([*PREFECT, "--version"], QUICKSTART, os.environ),
            "validate": lambda: timed(OURS, QUICKSTART, os.environ),
            "--version": lambda: timed([*OURS[:3], "--version"], QUICKSTART, os.environ),
        },
        runs,
    )
    print("\nthe quickstart; `prefect --version` is 1")
    for name, one in table.items():
        print_row(name, one, table["prefect"])


def print_loading(place: Path, flows: int, table: Mapping[str, Measured]) -> None:
    """The time that Prefect needs to load the same flows, once."""
    folder = place / f"project-{flows}"
    loading = timed([sys.executable, "-c", LOADING], folder, os.environ)
    floor = table["floor"]
    print_row("Prefect", Measured(seconds=(loading[0],), megabytes=loading[1]), floor)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flows", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--scale", type=int, default=0, help="so many times as many, too")
    parser.add_argument("--prefect", action="store_true", help="time Prefect's loading as well")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        table = compare(place, options.flows, options.runs)
        if options.prefect:
            print_loading(place, options.flows, table)
        if options.scale:
            many = compare(place, options.flows * options.scale, min(options.runs, 3))
            print(f"\n{options.scale} times as many take, of the time of one")
            for kind, one in many.items():
                print_row(kind, one, table[kind])
        print_start_up(options.runs)


if __name__ == "__main__":
    main()
