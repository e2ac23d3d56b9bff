"""How many scheduled runs an apply loses, and how many `prefect deploy` does.

On a server with its scheduler a deployment fires every ten seconds, and each apply begins
just before it does. Ours make every kind of change (`tests/support/slots.py`); Prefect's
command is given one change after the other of one parameter.  `make bench`, or
`python benchmarks/slots.py --applies 60`.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from tests.support.environment import without_prefect
from tests.support.live_server import run_server
from tests.support.slots import EVERY, aim
from tests.support.template import make

STACKS = 4
FLOW = """
from prefect import flow

@flow(name="theirs")
def etl(rows: int = 1):
    pass
"""
FILE = """
name: slots
deployments:
  - name: beat
    entrypoint: flows.py:etl
    parameters: {{rows: {rows}}}
    work_pool: {{name: theirs}}
    schedules: [{{slug: beat, interval: 10, anchor_date: "2026-01-01T00:00:00Z", timezone: UTC}}]
"""


def main() -> None:
    """Print both, side by side."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--applies", type=int, default=60)
    parser.add_argument("--theirs", type=int, default=12)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for name in ("made", "server"):
            (home / name).mkdir()
        make(home / "made", home / "template.db")
        with run_server(home / "server", home / "template.db", environment={}) as server:
            ours = asyncio.run(
                aim(server.url, home, stacks=STACKS, applies=asked.applies // STACKS, seed=1)
            )
            print(
                f"deploy: {ours.applies} applies, {ours.slots} slots: "
                f"{len(ours.lost)} lost, {len(ours.doubled)} doubled; {dict(ours.aimed)}"
            )
            slots, lost, doubled = theirs(server.url, home / "theirs", asked.theirs)
            print(
                f"prefect deploy: {asked.theirs} applies, {slots} slots: "
                f"{lost} lost, {doubled} doubled"
            )


def theirs(url: str, folder: Path, applies: int) -> tuple[int, int, int]:
    """How many slots there were while Prefect's command ran so often; lost, and doubled."""
    folder.mkdir()
    (folder / "flows.py").write_text(FLOW, encoding="utf-8")
    with httpx.Client(base_url=url, timeout=60) as http:
        http.post("/work_pools/", json={"name": "theirs", "type": "process"}).raise_for_status()
        _deploy(url, folder, 0)
        time.sleep(EVERY.total_seconds())  # the scheduler comes by
        begun = _next_slot()
        for number in range(1, applies + 1):
            _deploy(url, folder, number)
        ended = datetime.now(UTC)
        time.sleep(EVERY.total_seconds())
        filter = {"flows": {"name": {"any_": ["theirs"]}}, "sort": "EXPECTED_START_TIME_DESC"}
        runs = http.post("/flow_runs/filter", json=filter).raise_for_status().json()
    made = Counter(datetime.fromisoformat(run["expected_start_time"]) for run in runs)
    slots = [begun + EVERY * number for number in range((ended - begun) // EVERY + 1)]
    return (
        len(slots),
        sum(made[slot] == 0 for slot in slots),
        sum(made[slot] > 1 for slot in slots),
    )


def _next_slot() -> datetime:
    anchor = datetime(2026, 1, 1, tzinfo=UTC)
    now = datetime.now(UTC) + timedelta(seconds=1)
    return anchor + EVERY * ((now - anchor) // EVERY + 1)


def _deploy(url: str, folder: Path, number: int) -> None:
    (folder / "prefect.yaml").write_text(FILE.format(rows=number), encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"],
        cwd=folder,
        env={
            **without_prefect(),
            "PREFECT_API_URL": url,
            "PREFECT_HOME": str(folder / "home"),
            "PYTHONPATH": os.pathsep.join((str(folder), os.environ.get("PYTHONPATH", ""))),
        },
        capture_output=True,
        check=True,
    )


if __name__ == "__main__":
    main()
