"""Look, compare, guard; then write, look again, remember."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from uuid import UUID

from compiler.desired.address import Address
from compiler.desired.resources import DesiredState
from compiler.diagnostics import Report, Span
from compiler.diagnostics.pages import (
    changed_meanwhile,
    no_slas,
    not_applied_yet,
    not_taken,
    refused_by_server,
    stack_is_locked,
)
from compiler.plan.action import Action, Delete
from compiler.plan.adoption import build_adoption
from compiler.plan.build import Allowed, Plan, build, registered
from compiler.plan.guards import guard
from compiler.plan.requests import RequestCount
from compiler.plan.resume import resumed
from compiler.plan.select import select
from compiler.plan.selection import EVERYTHING, Selection
from compiler.plan.way_back import build_way_back, looked_for
from compiler.state import images
from compiler.state.ledger import Origin
from compiler.state.observed import ObservedState
from reconciler import ledger as ledgers
from reconciler.api.client import PrefectClient
from reconciler.api.errors import ApiError, Withheld
from reconciler.apply.events import Listener, Silent
from reconciler.apply.executor import Executor
from reconciler.apply.fresh import Moved
from reconciler.apply.walker import Done, Failed, Halt, NotReached, Outcome, Skipped
from reconciler.forecast import forecast
from reconciler.lock.standing import foresee
from reconciler.observe.block_types import Installed, fit_blocks, nothing_installed, register
from reconciler.observe.names import with_one_name_each
from reconciler.observe.reader import observe
from reconciler.observe.references import fill_in
from reconciler.observe.runs import read_impacts
from reconciler.observe.version import check_version
from reconciler.remember import Stamp, after, ahead_of
from reconciler.verify import Seen, verify


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How an apply is watched, and what ends it before its end.

    After `halt` is called, or with `fail_fast` after a failure, nothing else is begun.
    """

    listener: Listener = field(default_factory=Silent)
    halt: Halt = field(default_factory=Halt)
    fail_fast: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """How each action ended, in plan order, and whether the server holds what was written.

    `halted` is why nothing else was begun, None if everything was reached.
    """

    of: Mapping[Address, Outcome[Address]]
    verified: bool
    halted: str | None = None

    def count(self, kind: type[Done | Failed | Skipped[Address] | NotReached]) -> int:
        """How many actions ended that way."""
        return sum(isinstance(outcome, kind) for outcome in self.of.values())

    @property
    def all_done(self) -> bool:
        """Whether everything was carried out and is there."""
        return self.verified and self.count(Done) == len(self.of)


async def settle(
    desired: DesiredState,
    client: PrefectClient,
    report: Report,
    installed: Installed = nothing_installed,
) -> DesiredState:
    """What is wanted, with the values filled in that files leave to the server.

    The first that is asked of a server, and so also its version.

    Raises:
        ApiError: the server could not be read.
    """
    await check_version(client, report)
    _check_slas(desired, client, report)
    filled = await fill_in(desired, client, report)
    return await fit_blocks(filled, client, installed, report)


def _check_slas(desired: DesiredState, client: PrefectClient, report: Report) -> None:
    for use in desired.sla_uses:
        if client.is_cloud:
            message = "'sla' is read, but this version does not act on it"
            report.add(not_applied_yet.RULE, message, use.at)
        else:
            message = f"{use.address} has an SLA, and this server knows none"
            hint = "SLAs are Prefect Cloud's: leave 'sla' to an environment that stands there"
            report.add(no_slas.RULE, message, use.at, hint=hint)


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
    desired = await with_one_name_each(desired, client)
    adopts = allowed.adopt or allowed.only_adopt
    observed = await observe(client, desired, from_stack=allowed.from_stack, adopts=adopts)
    made = build_adoption if allowed.only_adopt else build
    planned = select(made(desired, observed, origin, allowed), selection, report)
    guard(planned, desired, observed, allowed=allowed, report=report)
    return await _told(planned, client)


async def _told(planned: Plan, client: PrefectClient) -> Plan:
    """The plan with what it does to runs, and how much it asks for."""
    impacts = await read_impacts(client, planned)
    planned = replace(planned, impacts=impacts, resumed=resumed(planned, client.now()))
    return replace(planned, requests=await _requests(planned, client))


async def _requests(planned: Plan, client: PrefectClient) -> RequestCount:
    """Those of an apply, of its locks, and of what `is_current` asks."""
    if planned.is_empty:
        return RequestCount()
    stacks = stacks_of(planned)
    locks = await foresee(client, stacks)
    return forecast(planned) + locks + RequestCount(reads=len(stacks))


def stacks_of(planned: Plan) -> tuple[str, ...]:
    """The stacks whose memory an apply writes, and whose locks it therefore needs."""
    previous = planned.seen.previous if planned.seen is not None else None
    if planned.from_stack is None or previous is None:
        return (planned.stack,)
    return (planned.stack, planned.from_stack)


async def is_current(planned: Plan, client: PrefectClient) -> bool:
    """Whether no other apply has ended, died or begun since the plan was made.

    Every one of them leaves something in the ledger.

    Raises:
        ApiError: the server could not be read.
    """
    seen = planned.seen or ObservedState(things={})
    known = {planned.stack: seen.ledger, planned.from_stack: seen.previous}
    for stack in stacks_of(planned):
        if await ledgers.load(client, stack) != known[stack]:
            return False
    return True


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
    return await _told(planned, client)


async def apply(
    planned: Plan,
    desired: DesiredState,
    client: PrefectClient,
    stamp: Stamp,
    *,
    report: Report,
    course: Course | None = None,
) -> Outcomes:
    """Carry out a plan that no guard has refused.

    What the server says no to is reported under the line that asked for it.

    Raises:
        ApiError: the stack's ledger could not be written, or the result not be read.
    """
    if planned.is_empty:
        return Outcomes(of={}, verified=True)
    await ledgers.revise(client, planned.stack, partial(ahead_of, planned, stamp))
    await _resume(planned, client)
    await register(registered(planned), client)
    course = _of_its_own(course or Course())
    executor = Executor(client, planned, course.listener)
    outcomes = await executor.apply(
        slot=client.pace.slot, halt=course.halt, fail_fast=course.fail_fast
    )
    ordered = {action.address: outcomes[action.address] for action in planned.actions}
    _report_failures(planned, ordered, report)
    try:
        seen = await verify(planned, ordered, client)
    except ApiError:
        await ledgers.revise(client, planned.stack, partial(after, planned, ordered, Seen(), stamp))
        raise
    _report_untaken(seen, desired, report)
    try:
        await ledgers.revise(client, planned.stack, partial(after, planned, ordered, seen, stamp))
        await _let_go(planned, ordered, client)
    except Withheld as lost:  # the next run sees with its own eyes what this one has done
        _report_lost(lost, report)
        return Outcomes(of=ordered, verified=False, halted=course.halt.reason)
    return Outcomes(of=ordered, verified=not seen.left, halted=course.halt.reason)


def _of_its_own(course: Course) -> Course:
    """The course of one apply: what ends it ends no other that the caller's word ends too."""
    return replace(course, halt=Halt(part_of=course.halt))


async def _resume(planned: Plan, client: PrefectClient) -> None:
    """Ask for the runs that an apply may have dropped that did not end, before anything else."""
    if planned.resumed and planned.ledger is not None and planned.ledger.begun is not None:
        since = datetime.fromisoformat(planned.ledger.begun.apply.at)
        for id in planned.resumed:
            await client.schedule_runs(UUID(id), since)


def _report_failures(
    planned: Plan, outcomes: Mapping[Address, Outcome[Address]], report: Report
) -> None:
    for action in planned.actions:
        match outcomes[action.address]:
            case Failed(Withheld() as lost):
                _report_lost(lost, report)
            case Failed(ApiError() as error):
                message, hint = f"{action.address}: {error.reason}", error.hint or None
                report.add(refused_by_server.RULE, message, _place(action), hint=hint)
            case Failed(Moved() as moved):
                message, hint = f"{action.address}: {moved}", "run again: the new plan shows it"
                report.add(changed_meanwhile.RULE, message, _place(action), hint=hint)
            case Failed(error):
                raise AssertionError(error)
            case Done() | Skipped() | NotReached():
                continue


def _report_lost(lost: Withheld, report: Report) -> None:
    """Report that the lock was lost: once, however many writes were kept back."""
    if all(each.rule is not stack_is_locked.RULE for each in report):
        report.add(stack_is_locked.RULE, lost.reason, None, hint=lost.hint)


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
