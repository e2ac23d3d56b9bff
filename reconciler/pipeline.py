"""Look, compare, guard; then write, look again, remember."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from compiler.desired.address import Address
from compiler.desired.resources import DesiredState
from compiler.diagnostics import Report, Span
from compiler.diagnostics.pages import not_taken, refused_by_server
from compiler.plan.action import Action, Adopt, Create, Delete, Update
from compiler.plan.build import Allowed, Plan, build
from compiler.plan.guards import guard
from compiler.state.ledger import Ledger, Origin
from reconciler import ledger as ledgers
from reconciler.api.client import PrefectClient
from reconciler.api.errors import ApiError, Refused
from reconciler.apply.events import Listener, Silent
from reconciler.apply.executor import Executor
from reconciler.apply.walker import Done, Failed, Outcome, Skipped
from reconciler.observe.reader import observe
from reconciler.observe.references import fill_in
from reconciler.observe.runs import read_impacts
from reconciler.verify import verify

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
    report: Report,
) -> Plan:
    """The plan for a stack; with an error in `report` it must not be applied.

    Raises:
        ApiError: the server could not be read.
    """
    observed = await observe(client, desired)
    planned = build(desired, observed, origin, allowed)
    guard(planned, desired, observed, allowed=allowed, report=report)
    return replace(planned, impacts=await read_impacts(client, planned))


async def apply(
    planned: Plan,
    desired: DesiredState,
    client: PrefectClient,
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
    ahead = _ahead(planned)
    saved = planned.ledger
    if planned.takes_over or any(isinstance(action, Create) for action in planned.actions):
        await ledgers.save(client, planned.stack, ahead)
        saved = ahead
    executor = Executor(client, planned, listener or Silent())
    outcomes = await executor.apply(limit=WRITERS)
    after = _remembering(planned, ahead, outcomes)
    if after != saved:
        await ledgers.save(client, planned.stack, after)
    ordered = {action.address: outcomes[action.address] for action in planned.actions}
    _report_failures(planned, ordered, report)
    verified = await _verify(planned, ordered, client, desired, report)
    return Outcomes(of=ordered, verified=verified)


def _ahead(planned: Plan) -> Ledger:
    """The ledger with what is about to be made, so that a run that dies knows its own."""
    ledger = planned.ledger or Ledger(origin=planned.origin, ids={})
    creates = [action.address for action in planned.actions if isinstance(action, Create)]
    return Ledger(origin=planned.origin, ids=ledger.about_to_create(creates).ids)


def _remembering(
    planned: Plan, ledger: Ledger, outcomes: Mapping[Address, Outcome[Address]]
) -> Ledger:
    """The ledger after a run: what exists by id, without what is gone or was never made."""
    made: dict[Address, str] = {}
    gone: list[Address] = []
    for action in planned.actions:
        match action, outcomes[action.address]:
            case (Delete(), Done()):
                gone.append(action.address)
            case (Create() | Update() | Adopt(), Done(id=str() as id)):
                made[action.address] = id
            case (Create(), Failed(error=Refused()) | Skipped()):
                gone.append(action.address)
            case _:
                continue
    return ledger.with_ids(made).without(gone)


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


async def _verify(
    planned: Plan,
    outcomes: Mapping[Address, Outcome[Address]],
    client: PrefectClient,
    desired: DesiredState,
    report: Report,
) -> bool:
    left = await verify(planned, outcomes, client, desired)
    resources = {each.address: each for each in desired.resources}
    for address, changes in left.items():
        resource = resources[address]
        if changes is None:
            message = f"{address} was written and is not there"
            report.add(not_taken.RULE, message, resource.written_at)
        for change in changes or ():
            message = f"{address}: the server did not take {change.field!r}"
            at = resource.span_of(change.field)
            report.add(not_taken.RULE, message, at, hint="this server version may not support it")
    return not left
