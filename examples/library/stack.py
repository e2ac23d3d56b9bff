"""A stack that is built in Python: a deployment for each customer, planned and applied.

    python stack.py http://127.0.0.1:4200/api [--apply]

The deployments are written down as a document, as a file would have them, so that everything
is checked that a file is checked for. Then the server is asked.
"""

import asyncio
import getpass
import json
import os
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from compiler import Request, compile_project
from compiler.desired.json import Json
from compiler.desired.resources import DesiredState
from compiler.diagnostics import Report
from compiler.plan.build import Allowed, Plan
from compiler.source.sources import Sources
from compiler.state.ledger import Origin
from reconciler import pipeline
from reconciler.api.client import PrefectClient
from reconciler.api.connect import connect
from reconciler.lock.hold import Terms, hold
from reconciler.lock.holder import this_process
from reconciler.remember import Stamp

FOLDER = Path(__file__).resolve().parent
CUSTOMERS = {"acme": 1000, "globex": 50}


class Refused(Exception):
    """What was found; nothing was written."""


def document(customers: dict[str, int]) -> dict[str, Json]:
    """The document of a stack with one deployment for each customer."""
    deployments: list[Json] = [
        {
            "name": customer,
            "entrypoint": "flows/exports.py:export_orders",
            "parameters": {"customer": customer, "rows": rows},
            "schedules": [{"slug": "night", "cron": f"{minute} 3 * * *", "timezone": "UTC"}],
        }
        for minute, (customer, rows) in enumerate(sorted(customers.items()))
    ]
    return {
        "stack": "exports",
        "work_pools": [{"name": "exports", "type": "process"}],
        "defaults": {"tags": ["team:data"], "work_pool": {"name": "exports"}},
        "deployments": deployments,
    }


def wanted(customers: dict[str, int]) -> DesiredState:
    """What the stack wants.

    Raises:
        Refused: something is wrong with it.
    """
    file = FOLDER / "<customers>"  # how findings name it; there is no such file
    sources = Sources(FOLDER)
    sources.give(file, json.dumps(document(customers), indent=1).encode())
    done = compile_project(Request(files=(file,), base=FOLDER, environ=os.environ), sources)
    if done.desired is None:
        raise Refused(told(done.report))
    return done.desired


def told(report: Report) -> str:
    """The findings of a report, a line each."""
    return "\n".join(f"{found.rule.code} {found.message}" for found in report)


async def planned(desired: DesiredState, client: PrefectClient) -> tuple[DesiredState, Plan]:
    """What is wanted, with what the server fills in, and the plan for it.

    Raises:
        Refused: a guard spoke against it.
    """
    report = Report()
    settled = await pipeline.settle(desired, client, report)
    origin = Origin(remote=None, files=("customers",))  # the same at each run, from any machine
    plan = await pipeline.plan(settled, client, origin, allowed=Allowed(), report=report)
    if report.has_errors:
        raise Refused(told(report))
    return settled, plan


async def applied(desired: DesiredState, client: PrefectClient) -> pipeline.Outcomes:
    """What became of each step. The plan is made under the stack's lock, so that it still holds.

    Raises:
        Refused: a guard spoke against it, or the server refused a step.
    """
    terms = Terms(
        holder=this_process(getpass.getuser(), None),
        patience=60,  # seconds
        hear=lambda notice: print(f"waiting: {notice}", file=sys.stderr),
    )
    async with hold(client, ("exports",), terms) as held:
        settled, plan = await planned(desired, held.client)
        report = Report()
        stamp = Stamp(who=getpass.getuser(), tool="stack.py", at=datetime.now(UTC))
        outcomes = await pipeline.apply(plan, settled, held.client, stamp, report=report)
    if not outcomes.all_done:
        raise Refused(told(report))
    return outcomes


async def main(url: str, options: Iterable[str]) -> None:
    """Print the steps of the plan; with --apply, carry them out."""
    desired = wanted(CUSTOMERS)
    async with connect(url) as http:
        client = PrefectClient(http)
        _, plan = await planned(desired, client)
        for action in plan.actions:
            print(f"{type(action).__name__.lower()} {action.address}")
        if "--apply" in options and not plan.is_empty:
            outcomes = await applied(desired, client)
            print(f"{len(outcomes.of)} done")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2:]))
