"""`deploy` beside `prefect deploy --all`, on the same files and servers, in one run.

Prints ratios of whole-process wall time (ours / theirs): medians of alternating
runs, so that a machine that slows down slows both.  `make bench`, or
`python benchmarks/compare.py --deployments 50 --runs 5`.
"""

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

FLOW = """from prefect import flow


@flow(name="flow-{n}")
def run(rows: int = {n}, source: str = "x"):
    \"\"\"Flow number {n}.\"\"\"
"""
DEPLOYMENT = """  - name: d{n}
    entrypoint: flows/flow_{n}.py:run
    schedules: [{{slug: s, cron: "{minute} 3 * * *", timezone: Europe/Berlin}}]
    parameters: {{rows: {rows}}}
    tags: [bench]
    work_pool: {{name: bench}}
"""
OURS = [sys.executable, "-m", "deploy"]
THEIRS = [sys.executable, "-m", "prefect"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One of the two programs, with a folder and a server of its own."""

    folder: Path
    environment: Mapping[str, str]
    command: list[str]

    def timed(self, *arguments: str) -> float:
        """Seconds of one whole run."""
        begun = time.perf_counter()
        done = subprocess.run(
            [*self.command, *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        taken = time.perf_counter() - begun
        if done.returncode != 0:
            raise SystemExit(f"{self.command} {arguments}\n{done.stdout}{done.stderr}")
        return taken


def main() -> None:
    """Run every scenario and print its ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deployments", type=int, default=20)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as place,
        server(Path(place, "a")) as ours_at,
        server(Path(place, "b")) as theirs_at,
    ):
        ours = contender(Path(place, "ours"), ours_at, OURS)
        theirs = contender(Path(place, "theirs"), theirs_at, THEIRS)
        compare(ours, theirs, options.deployments, options.runs)


def compare(ours: Contender, theirs: Contender, number: int, runs: int) -> None:
    """Print a row a scenario."""
    print(f"{number} deployments, medians of {runs} alternating runs, seconds")
    print(f"{'scenario':<28}{'deploy':>9}{'prefect':>9}{'ratio':>8}")
    row("--version", ours, ["--version"], theirs, ["--version"], runs)
    write(ours.folder, number, rows=1)
    write(theirs.folder, number, rows=1)
    validate = ["validate", "-f", "prefect.yaml"]
    row("validate / --version", ours, validate, theirs, ["--version"], runs)
    mine, all_of_them = ["-f", "prefect.yaml"], ["--no-prompt", "deploy", "--all"]
    row("first deploy", ours, mine, theirs, all_of_them, 1)
    row("nothing changed", ours, mine, theirs, all_of_them, runs)
    write(ours.folder, number, rows=2)
    write(theirs.folder, number, rows=2)
    row("one parameter changed", ours, mine, theirs, all_of_them, 1)


def row(
    name: str, ours: Contender, mine: list[str], theirs: Contender, other: list[str], runs: int
) -> None:
    """Run both in turn and print what came of it."""
    pairs = [(ours.timed(*mine), theirs.timed(*other)) for _ in range(runs)]
    a, b = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"{name:<28}{a:>9.2f}{b:>9.2f}{a / b:>8.2f}", flush=True)


def contender(folder: Path, url: str, command: list[str]) -> Contender:
    """A program in a folder of its own, with a work pool on its server."""
    (folder / "flows").mkdir(parents=True)
    environment = {
        **os.environ,
        "PREFECT_API_URL": url,
        "PREFECT_HOME": str(folder / "home"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PYTHONPATH": str(Path(__file__).parents[1]),
    }
    create = [*THEIRS, "work-pool", "create", "bench", "--type", "process"]
    subprocess.run(create, env=environment, check=True, capture_output=True)
    return Contender(folder=folder, environment=environment, command=command)


def write(folder: Path, number: int, *, rows: int) -> None:
    """The project: as many flows as deployments; `rows` is the first one's parameter."""
    text = "name: bench\npull: []\ndeployments:\n"
    for n in range(number):
        (folder / "flows" / f"flow_{n}.py").write_text(FLOW.format(n=n))
        text += DEPLOYMENT.format(n=n, minute=n % 60, rows=rows if n == 0 else 1)
    (folder / "prefect.yaml").write_text(text)


@contextmanager
def server(home: Path, settings: Mapping[str, str] = MappingProxyType({})) -> Iterator[str]:
    """A Prefect server on a free port, over SQLite, with its services unless told otherwise."""
    home.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")},
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_LOGGING_SERVER_LEVEL": "ERROR",
        **settings,
    }
    command = [sys.executable, "-m", "uvicorn", "--factory", "prefect.server.api.server:create_app"]
    with subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port), "--log-level", "error"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            wait(f"http://127.0.0.1:{port}/api/health")
            yield f"http://127.0.0.1:{port}/api"
        finally:
            process.kill()
            shutil.rmtree(home, ignore_errors=True)


def wait(url: str) -> None:
    """Until the server answers."""
    for _ in range(900):
        try:
            with urllib.request.urlopen(url):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise SystemExit("the server did not start")


if __name__ == "__main__":
    main()
