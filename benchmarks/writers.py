"""A first deploy on PostgreSQL: as many writes at once as the server bears, beside one at a time.

python -m benchmarks.writers --deployments 200 --rounds 3
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx

from benchmarks.project import POOL, Project
from benchmarks.servers import Server, postgresql
from compiler import Request, compile_project
from compiler.desired.resources import DesiredState
from compiler.diagnostics import Report
from compiler.plan.build import Allowed
from compiler.source.sources import Sources
from compiler.state.ledger import Origin
from reconciler import pipeline
from reconciler.api.client import PrefectClient
from reconciler.api.connect import connect
from reconciler.remember import Stamp

ADAPTIVE, ONE = "adaptive", "one writer"
_ORIGIN = Origin(remote="git.example.com/bench", files=("prefect.yaml",))


def main() -> None:
    """A line a server and a way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deployments", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    for workers in (1, 2):
        with (
            tempfile.TemporaryDirectory() as name,
            postgresql(Path(name), workers=workers) as server,
        ):
            project = Project(folder=Path(name, "project"), number=asked.deployments)
            project.write_flows()
            project.write()
            desired = _compiled(project)
            seconds: dict[str, list[float]] = {ADAPTIVE: [], ONE: []}
            widths: dict[str, int] = {}
            for _ in range(asked.rounds):
                for way, taken in seconds.items():
                    server.wipe()
                    second, widths[way] = asyncio.run(_first(desired, server, way))
                    taken.append(second)
        one = statistics.median(seconds[ONE])
        for way, taken in seconds.items():
            median = statistics.median(taken)
            sys.stdout.write(
                f"PostgreSQL, workers: {workers}  {way:10} {median:7.2f} s "
                f"({min(taken):.2f} to {max(taken):.2f})  {median / one:.2f} x  "
                f"at once, in the end: {widths[way]}\n"
            )
            sys.stdout.flush()


async def _first(desired: DesiredState, server: Server, way: str) -> tuple[float, int]:
    """Seconds of a plan and its apply, and how many writes were under way in the end."""
    transport = httpx.AsyncHTTPTransport() if way == ONE else None
    async with connect(server.url, transport=transport) as http:
        client, report = PrefectClient(http), Report()
        await client.create_work_pool({"name": POOL, "type": "process"})
        begun = time.perf_counter()
        planned = await pipeline.plan(desired, client, _ORIGIN, allowed=Allowed(), report=report)
        stamp = Stamp(who="bench", tool="0", at=datetime.now(UTC))
        done = await pipeline.apply(planned, desired, client, stamp, report=report)
        taken = time.perf_counter() - begun
        if not done.all_done:
            sys.exit("\n".join(each.message for each in report))
        return taken, client.pace.width


def _compiled(project: Project) -> DesiredState:
    path = project.folder / "prefect.yaml"
    done = compile_project(Request(files=(path,), base=project.folder), Sources(project.folder))
    if done.desired is None:
        sys.exit("\n".join(each.message for each in done.report))
    return done.desired


if __name__ == "__main__":
    main()
