"""One run that goes wrong at one request in one way, and what the next run makes of it."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import httpx

from compiler.desired.resources import DesiredState
from compiler.diagnostics import Report
from compiler.plan.build import Allowed, Plan
from reconciler import pipeline
from reconciler.api.client import PrefectClient
from reconciler.api.connect import connect
from reconciler.api.errors import ApiError
from reconciler.lock.hold import hold
from reconciler.lock.holder import Holder
from reconciler.lock.take import StackIsLocked
from tests.support.builders import ORIGIN, STAMP
from tests.support.crash_scenario import Contents, Scenario, contents, populate
from tests.support.faults import (
    Fault,
    Faults,
    Killed,
    Rule,
    answer,
    cut,
    kill_after,
    kill_before,
    lose_the_answer,
    nth,
    refuse,
)
from tests.support.locking import ADA, Clock, dead, terms
from tests.support.prefect_server import PrefectServer
from tests.support.recording import noted

_ALLOWED = Allowed(adopt=True, force=True)
_LONGEST_WAIT = 300.0  # seconds for a lock; more than two leases


def from_then_on(number: int, fault: Fault) -> Rule:
    """Make every request fail from the `number`th on."""
    return lambda seen, _: fault if seen >= number else None


WAYS: Mapping[str, Callable[[int], Rule]] = {
    "refused from then on": lambda number: from_then_on(number, refuse),
    "503 from then on": lambda number: from_then_on(number, answer(503)),
    "503 once": lambda number: nth(number, answer(503)),
    "429 once": lambda number: nth(number, answer(429, headers={"Retry-After": "7"})),
    "connection cut": lambda number: nth(number, cut),
    "answer lost": lambda number: nth(number, lose_the_answer),
    "killed before": lambda number: nth(number, kill_before),
    "killed after": lambda number: nth(number, kill_after),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A server on which the edit can be tried again and again, and what it ends in."""

    server: PrefectServer
    scenario: Scenario
    restore: Callable[[], None]
    requests: tuple[str, ...]
    undisturbed: Contents


async def prepare(server: PrefectServer, scenario: Scenario, folder: Path) -> Prepared:
    """Apply the first state, add what others have, and see what the edit ends in."""
    await run(server, scenario.before)
    async with server.connect() as http:
        await populate(http)
    restore = server.keep(folder / "before.db")
    requests: list[str] = []

    def note(_: int, request: httpx.Request) -> Fault | None:
        requests.append(str(noted(request.method, request.url.path, body=b"", status=None)))
        return None

    await run(server, scenario.after, note)
    last = await run(server, scenario.after)
    assert last.is_empty, last.actions
    return Prepared(
        server=server,
        scenario=scenario,
        restore=restore,
        requests=tuple(requests),
        undisturbed=await contents(server),
    )


async def tried(prepared: Prepared, rule: Rule) -> str:
    """What is wrong after a run that goes wrong and one that does not; empty if nothing is."""
    prepared.restore()
    server, after = prepared.server, prepared.scenario.after
    with suppress(ApiError, Killed, BaseExceptionGroup):  # what it says is looked at elsewhere
        await run(server, after, rule, holder=dead())
    await server.quiet()
    try:
        await run(server, after)
        last = await run(server, after)
    except (ApiError, StackIsLocked, AssertionError) as error:
        return f"the next run ends with {error!r}"
    if not last.is_empty:
        return f"a third run would {last.actions}"
    found = await contents(server)
    differing = [name for name, value in found.items() if value != prepared.undisturbed[name]]
    return f"{differing} are not as without the fault" if differing else ""


async def run(
    server: PrefectServer,
    desired: DesiredState,
    rule: Rule | None = None,
    *,
    holder: Holder = ADA,
) -> Plan:
    """Plan and apply under the lock; waiting takes no time."""

    async def nap(seconds: float) -> None:
        del seconds

    transport = Faults(server.transport, rule) if rule is not None else server.transport
    async with connect(server.url, transport=transport, sleep=nap) as http:
        client, report = PrefectClient(http), Report()
        plan = await pipeline.plan(desired, client, ORIGIN, allowed=_ALLOWED, report=report)
        assert not report.has_errors, list(report)
        if plan.is_empty:
            return plan
        waits = terms(Clock(), holder, patience=_LONGEST_WAIT)
        async with hold(client, pipeline.stacks_of(plan), waits) as held:
            stamp = replace(STAMP, at=datetime.now(UTC))
            done = await pipeline.apply(plan, desired, held.client, stamp, report=report)
        if rule is None:
            assert done.all_done, list(report)
        return plan
