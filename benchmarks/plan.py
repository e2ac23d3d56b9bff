"""A plan for a large stack: its requests, and its own work beside the time that reading takes.

The server runs in another process, so that the CPU time of this one is the client's
alone: compare, tell whose doing it is, describe.  The same requests are then sent again
by a bare client that throws the answers away, which is the least that any plan can
take.  `make bench`, or `python -m benchmarks.plan --deployments 1000 --changes 30`.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from benchmarks.servers import sqlite
from compiler import Request, compile_project
from compiler.desired.resources import DesiredState
from compiler.diagnostics import Report
from compiler.plan.build import Allowed, Plan
from compiler.plan.describe import Circumstances, describe
from compiler.plan.mask import Mask
from compiler.plan.part import Place
from compiler.source.sources import Sources
from compiler.state.ledger import Origin
from deploy.views.plan.text import render
from reconciler import pipeline
from reconciler.api.client import PrefectClient
from reconciler.api.connect import connect
from reconciler.remember import Stamp

QUIET = {
    "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
}
MOST = 0.2  # of the time that reading takes
FLOW = """
@flow
def flow_{n}(rows: int = {n}, source: str = "x"):
    \"\"\"Flow number {n}.\"\"\"
"""
DEPLOYMENT = """  - name: d{n}
    entrypoint: flows.py:flow_{flow}
    schedules: [{{slug: s, cron: "{minute} 3 * * *", timezone: Europe/Berlin}}]
    parameters: {{rows: {rows}, source: x}}
    tags: [bench]
    work_pool: {{name: bench}}
"""
ORIGIN = Origin(remote="git.example.com/bench", files=("deploy.yaml",))
STAMP = Stamp(who="bench", tool="0", at=datetime.now(UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What something took: seconds on the clock, and seconds of this process's CPU."""

    wall: float
    cpu: float


class Recorder(httpx.AsyncHTTPTransport):
    """Keeps what is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[str, str, bytes]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Note, and hand on."""
        self.sent.append((request.method, request.url.path, request.content))
        return await super().handle_async_request(request)


def main() -> None:
    """Measure, print, and fail where a plan takes more than it may."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deployments", type=int, default=1000)
    parser.add_argument("--changes", type=int, default=30)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place, sqlite(Path(place), QUIET) as server:
        ratio = asyncio.run(measure(Path(place), server.url, options))
    if ratio > MOST:
        sys.exit(f"the plan's own work is {ratio:.2f} of the time that reading takes")


async def measure(folder: Path, url: str, options: argparse.Namespace) -> float:
    """Print a row a stage; the ratio of our CPU time to the time that reading takes."""
    write_flows(folder, options.deployments)
    async with AsyncExitStack() as stack:
        recorder = Recorder()
        client = PrefectClient(await stack.enter_async_context(connect(url, transport=recorder)))
        bare = await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=60))
        await make(folder, client, options.deployments)
        write(folder, options.deployments, changes=options.changes)
        compiled = [timed(lambda: compiled_in(folder)) for _ in range(options.runs)]
        desired = compiled_in(folder)
        planned, read, described, sent = [], [], [], recorder.sent
        for _ in range(options.runs):
            recorder.sent.clear()
            begun = time.perf_counter(), time.process_time()
            plan = await plan_of(desired, client)
            planned.append(since(begun))
            described.append(timed(lambda: shown(plan)))  # noqa: B023  # called at once
            sent = recorder.sent.copy()
            read.append(await replayed(bare, sent))
    return told(options, len(sent), (compiled, planned, described, read))


def told(options: argparse.Namespace, requests: int, stages: tuple[list[Stretch], ...]) -> float:
    """Print what was measured; the ratio."""
    names = ("compile", "read, compare", "describe, as text", "the same requests, bare")
    print(f"{options.deployments} deployments, {options.changes} changes: {requests} requests")
    print(f"{'medians, seconds':<28}{'wall':>9}{'own CPU':>9}")
    for name, stretches in zip(names, stages, strict=True):
        print(f"{name:<28}{wall(stretches):>9.2f}{cpu(stretches):>9.2f}")
    _, planned, described, read = stages
    ratio = (cpu(planned) + cpu(described)) / wall(read)
    print(f"{'own CPU of a plan / reading':<46}{ratio:.2f}")
    return ratio


def wall(stretches: list[Stretch]) -> float:
    """The median of the seconds on the clock."""
    return statistics.median(each.wall for each in stretches)


def cpu(stretches: list[Stretch]) -> float:
    """The median of the seconds of CPU."""
    return statistics.median(each.cpu for each in stretches)


def timed(work: Callable[[], object]) -> Stretch:
    """What a piece of work takes."""
    begun = time.perf_counter(), time.process_time()
    work()
    return since(begun)


def since(begun: tuple[float, float]) -> Stretch:
    """What was taken since then."""
    return Stretch(wall=time.perf_counter() - begun[0], cpu=time.process_time() - begun[1])


async def make(folder: Path, client: PrefectClient, number: int) -> None:
    """Put the stack on the server, the last run of nothing changed."""
    write(folder, number, changes=0)
    await client.create_work_pool({"name": "bench", "type": "process"})
    desired, report = compiled_in(folder), Report()
    print(f"making {number} deployments …", flush=True)
    done = await pipeline.apply(
        await plan_of(desired, client), desired, client, STAMP, report=report
    )
    if not done.all_done:
        sys.exit("\n".join(each.message for each in report))


async def plan_of(desired: DesiredState, client: PrefectClient) -> Plan:
    """The plan."""
    report = Report()
    plan = await pipeline.plan(desired, client, ORIGIN, allowed=Allowed(), report=report)
    if report.has_errors:
        sys.exit("\n".join(each.message for each in report))
    return plan


def shown(plan: Plan) -> str:
    """The plan as people see it."""
    mask = Mask(())
    document = describe(
        plan,
        Circumstances(tool="0"),
        mask=mask,
        place=lambda span: Place(file=span.file, line=span.start.line, column=span.start.column),
    )
    return render(document)


async def replayed(bare: httpx.AsyncClient, sent: list[tuple[str, str, bytes]]) -> Stretch:
    """The same requests once more, their answers read and thrown away."""
    begun = time.perf_counter(), time.process_time()
    for method, path, content in sent:
        await bare.request(
            method,
            path.removeprefix("/api"),
            content=content,
            headers={"Content-Type": "application/json"},
        )
    return since(begun)


def compiled_in(folder: Path) -> DesiredState:
    """What the files want."""
    path = folder / "deploy.yaml"
    done = compile_project(Request(files=(path,), base=folder), Sources(folder))
    if done.desired is None:
        sys.exit("\n".join(each.message for each in done.report))
    return done.desired


def write_flows(folder: Path, number: int) -> None:
    """A file with a flow for five deployments."""
    flows = "".join(FLOW.format(n=n) for n in range(flows_of(number)))
    (folder / "flows.py").write_text(f"from prefect import flow\n\n{flows}")


def flows_of(number: int) -> int:
    """How many flows so many deployments have."""
    return -(-number // 5)


def write(folder: Path, number: int, *, changes: int) -> None:
    """The file; the first so many deployments differ from those of a file without changes."""
    text = "stack: bench\npull: []\ndeployments:\n"
    for n in range(number):
        rows = 2 if n < changes else 1
        text += DEPLOYMENT.format(n=n, flow=n % flows_of(number), minute=n % 60, rows=rows)
    (folder / "deploy.yaml").write_text(text)


if __name__ == "__main__":
    main()
