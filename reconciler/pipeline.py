"""Look, compare, guard; then write, look again, remember."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from compiler.desired.address import Address
from compiler.desired.resources import DesiredState
from compiler.diagnostics import Report, Span
from compiler.diagnostics.pages import not_taken, refused_by_server
from compiler.plan.action import Action, Delete
from compiler.plan.adoption import build_adoption
from compiler.plan.build import Allowed, Plan, build
from compiler.plan.guards import guard
from compiler.plan.select import select
from compiler.plan.selection import EVERYTHING, Selection
from compiler.plan.way_back import build_way_back, looked_for
from compiler.state import images
from compiler.state.ledger import Origin
from reconciler import ledger as ledgers
from reconciler.api.client import PrefectClient
from reconciler.api.errors import ApiError
from reconciler.apply.events import Listener, Silent
from reconciler.apply.executor import Executor
from reconciler.apply.walker import Done, Failed, Outcome, Skipped
from reconciler.forecast import forecast
from reconciler.observe.reader import observe
from reconciler.observe.references import fill_in
from reconciler.observe.runs import read_impacts
from reconciler.remember import Stamp, after, ahead_of
from reconciler.verify import Seen, verify

WRITERS = 1  # SQLite has one writer; more only make it answer 503


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """How each action ended, in plan order, and whether the server holds what was written."""

    of: Mapping[Address, Outcome[Address]]
    verified: bool

    def count(self, kind: type[Done | Failed | Skipped[Address]]) -> int:
        """How many actions ended that way."""
        return sum(isinstance(outcome, kind) for outcome in self.of.values())

    @property
    def all_done(self) -> bool:
        """Whether everything was carried out and is there."""
        return self.verified and self.count(Done) == len(self.of)


async def settle(desired: DesiredState, client: PrefectClient, report: Report) -> DesiredState:
    """What is wanted, with the values that files leave to the server filled in.

    Raises:
        ApiError: the server could not be read.
    """
    return await fill_in(desired, client, report)


async def plan(
    desired: DesiredState,
    client: PrefectClient,
    origin: Origin,
    *,
    allowed: Allowed,
    selection: Selection = EVERYTHING,
    report: Report,
) -> Plan:
    """The plan for what is selected of a stack; with an error in `report` not to be applied.

    Raises:
        ApiError: the server could not be read.
    """
    observed = await observe(client, desired, from_stack=allowed.from_stack)
    made = build_adoption if allowed.only_adopt else build
    planned = select(made(desired, observed, origin, allowed), selection, report)
    guard(planned, desired, observed, allowed=allowed, report=report)
    impacts = await read_impacts(client, planned)
    return replace(planned, impacts=impacts, requests=forecast(planned))


async def plan_back(
    stack: str, client: PrefectClient, *, allowed: Allowed, report: Report
) -> Plan | None:
    """The plan that undoes the last apply of a stack; None where that one recorded nothing.

    Raises:
        ApiError: the server could not be read.
        UnreadableLedger: what was recorded has another form than this version knows.
    """
    ledger = await ledgers.load(client, stack)
    if ledger is None or not ledger.images:
        return None
    try:
        found = images.load(ledger.images)
    except images.UnreadableImages as error:
        raise ledgers.UnreadableLedger(str(error)) from error
    looked = looked_for(found, ledger, stack)
    observed = await observe(client, looked)
    desired, planned = build_way_back(found, looked, observed, report)
    guard(planned, desired, observed, allowed=allowed, report=report)
    impacts = await read_impacts(client, planned)
    return replace(planned, impacts=impacts, requests=forecast(planned))


async def apply(
    planned: Plan,
    desired: DesiredState,
    client: PrefectClient,
    stamp: Stamp,
    *,
    report: Report,
    listener: Listener | None = None,
) -> Outcomes:
    """Carry out a plan that no guard has refused.

    What the server says no to is reported under the line that asked for it.

    Raises:
        ApiError: the stack's ledger could not be written, or the result not be read.
    """
    if planned.is_empty:
        return Outcomes(of={}, verified=True)
    await ledgers.revise(client, planned.stack, partial(ahead_of, planned, stamp))
    executor = Executor(client, planned, listener or Silent())
    outcomes = await executor.apply(limit=WRITERS)
    ordered = {action.address: outcomes[action.address] for action in planned.actions}
    _report_failures(planned, ordered, report)
    try:
        seen = await verify(planned, ordered, client)
    except ApiError:
        await ledgers.revise(client, planned.stack, partial(after, planned, ordered, Seen(), stamp))
        raise
    await ledgers.revise(client, planned.stack, partial(after, planned, ordered, seen, stamp))
    await _let_go(planned, ordered, client)
    _report_untaken(seen, desired, report)
    return Outcomes(of=ordered, verified=not seen.left)


def _report_failures(
    planned: Plan, outcomes: Mapping[Address, Outcome[Address]], report: Report
) -> None:
    for action in planned.actions:
        outcome = outcomes[action.address]
        if isinstance(outcome, Failed):
            error = outcome.error
            reason = error.reason if isinstance(error, ApiError) else str(error)
            hint = error.hint if isinstance(error, ApiError) else ""
            message = f"{action.address}: {reason}"
            report.add(refused_by_server.RULE, message, _place(action), hint=hint or None)


def _place(action: Action) -> Span | None:
    return None if isinstance(action, Delete) else action.resource.written_at


async def _let_go(
    planned: Plan, outcomes: Mapping[Address, Outcome[Address]], client: PrefectClient
) -> None:
    """Take what was moved out of the memory of the stack that it was moved from."""
    previous = planned.seen.previous if planned.seen is not None else None
    if planned.from_stack is None or previous is None:
        return
    moved = [address for address, outcome in outcomes.items() if isinstance(outcome, Done)]
    await ledgers.revise(client, planned.from_stack, lambda now: (now or previous).without(moved))


def _report_untaken(seen: Seen, desired: DesiredState, report: Report) -> None:
    resources = {each.address: each for each in desired.resources}
    for address, changes in seen.left.items():
        resource = resources[address]
        if changes is None:
            message = f"{address} was written and is not there"
            report.add(not_taken.RULE, message, resource.written_at)
        for change in changes or ():
            message = f"{address}: the server did not take {change.field!r}"
            at = resource.span_of(change.field)
            report.add(not_taken.RULE, message, at, hint="this server version may not support it")
