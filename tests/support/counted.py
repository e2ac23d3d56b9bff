"""One edit of a file, applied by each of two programs, and what it cost the server.

A row of `docs/explanation/writes.md` is told by `Cost.told`.
"""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import yaml

from tests.support.command import surroundings
from tests.support.recording import Role
from tests.support.stage import Stage

Document = dict[str, Any]
Edit = Callable[[Document], None]
START: Document = {
    "name": "shop",
    "deployments": [
        {
            "name": "nightly",
            "entrypoint": "flows.py:load",
            "description": "Load.",
            "tags": ["etl"],
            "parameters": {"rows": 1},
            "schedules": [
                {"slug": "hourly", "cron": "0 * * * *", "timezone": "UTC"},
                {"slug": "daily", "cron": "30 3 * * *", "timezone": "UTC"},
            ],
            "work_pool": {"name": "one"},
        },
        {
            "name": "beside",
            "entrypoint": "flows.py:report",
            "schedules": [{"slug": "hourly", "cron": "15 * * * *", "timezone": "UTC"}],
            "work_pool": {"name": "one"},
        },
    ],
}


def _set(**fields: Any) -> Edit:
    return lambda document: document["deployments"][0].update(fields)


def _schedule(number: int, **fields: Any) -> Edit:
    return lambda document: document["deployments"][0]["schedules"][number].update(fields)


def _nothing(document: Document) -> None:
    del document


def _added(document: Document) -> None:
    more = {"slug": "noon", "cron": "7 12 * * *", "timezone": "UTC"}
    document["deployments"][0]["schedules"].append(more)


def _removed(document: Document) -> None:
    del document["deployments"][0]["schedules"][1]


def _gone(document: Document) -> None:
    del document["deployments"][1]


EDITS: Mapping[str, Edit] = {
    "nothing": _nothing,
    "a tag": _set(tags=["etl", "big"]),
    "a parameter": _set(parameters={"rows": 2}),
    "the description": _set(description="Load it."),
    "a limit": _set(concurrency_limit=2),
    "another pool": _set(work_pool={"name": "two"}),
    "a schedule more": _added,
    "the times of a schedule": _schedule(1, cron="45 4 * * *"),
    "a schedule off": _schedule(1, active=False),
    "a schedule less": _removed,
    "a deployment less": _gone,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What an edit has cost; queued runs are those of the schedules that stay as they are."""

    writes: int
    housekeeping: int
    reads: int
    kept: int
    anew: int
    missing: int
    doubled: int

    def told(self) -> tuple[str, str]:
        """Requests and queued runs, in words."""
        requests = f"{self.writes} + {self.housekeeping} + {self.reads}"
        runs = {
            "kept": self.kept,
            "made anew": self.anew,
            "gone": self.missing,
            "doubled": self.doubled,
        }
        return requests, ", ".join(f"{count} {word}" for word, count in runs.items() if count)


def prepare(stage: Stage) -> None:
    """The pools that the file names, and a first deployment by Prefect's own command."""
    stage.server.wipe()
    for name in ("one", "two"):
        stage.make("/work_pools/", name=name, type="process")


def ours(stage: Stage) -> None:
    """Run this program."""
    stage.apply("-f", "prefect.yaml", "--stack", "shop", "--force")


def theirs(stage: Stage) -> None:
    """Run Prefect's."""
    stage.proxy.calls.clear()
    done = subprocess.run(
        [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"],
        cwd=stage.folder,
        env={
            **surroundings(stage.proxy.url),
            "PREFECT_HOME": str(stage.server.home / "cli"),
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PYTHONPATH": os.pathsep.join((str(stage.folder),)),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def cost(stage: Stage, edit: Edit, run: Callable[[Stage], None]) -> Cost:
    """What an edit costs after the file was applied by the same program."""
    prepare(stage)
    _write(stage, START)
    run(stage)
    for each in stage.deployments().values():
        stage.api.post(f"/deployments/{each['id']}/schedule", json={}).raise_for_status()
    after = deepcopy(START)
    edit(after)
    before = _runs(stage, after)
    _write(stage, after)
    run(stage)
    calls = Counter(call.role for call in stage.proxy.calls)
    return _cost(calls, before, _runs(stage, after))


def _write(stage: Stage, document: Document) -> None:
    stage.write(yaml.safe_dump(document), "prefect.yaml")


def _runs(stage: Stage, document: Document) -> dict[str, list[str]]:
    """Ids of the queued runs by deployment and time, of schedules that neither come nor go."""
    found: dict[str, list[str]] = {}
    names = {each["id"]: name for name, each in stage.deployments().items()}
    wanted = {each["name"]: _times(each) for each in document["deployments"]}
    was = {each["name"]: _times(each) for each in START["deployments"]}
    for run in stage.read("/flow_runs/filter"):
        name = names.get(run["deployment_id"], "/").rpartition("/")[2]
        time = run["expected_start_time"]
        both = wanted.get(name, frozenset()) & was.get(name, frozenset())
        if any(_is_at(time, cron) for cron in both):
            found.setdefault(f"{name} {time}", []).append(run["id"])
    return found


def _times(deployment: Document) -> frozenset[str]:
    """The crons of the schedules that are on."""
    return frozenset(
        each["cron"] for each in deployment["schedules"] if each.get("active") is not False
    )


def _is_at(time: str, cron: str) -> bool:
    minute, hour, *_ = cron.split()
    fits = int(time[14:16]) == int(minute)
    return fits and hour in ("*", str(int(time[11:13])))


def _cost(
    calls: Counter[Role], before: Mapping[str, list[str]], after: Mapping[str, list[str]]
) -> Cost:
    kept = sum(set(ids) <= set(after.get(each, [])) for each, ids in before.items())
    missing = sum(not after.get(each) for each in before)
    return Cost(
        writes=calls[Role.WRITE],
        housekeeping=calls[Role.HOUSEKEEPING],
        reads=calls[Role.READ],
        kept=kept,
        anew=len(before) - kept - missing,
        missing=missing,
        doubled=sum(len(ids) > 1 for ids in after.values()),
    )
