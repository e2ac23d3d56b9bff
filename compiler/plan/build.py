"""Desired and observed state in, ordered plan out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from compiler.desired.address import Address, Kind
from compiler.desired.json import Json
from compiler.desired.resources import DesiredState, Resource
from compiler.diff.compare import compare
from compiler.plan.action import Action, Adopt, Create, Delete, Update
from compiler.plan.claim import Claim, claim, left
from compiler.plan.impact import Impact
from compiler.state.ledger import Ledger, Origin
from compiler.state.observed import ObservedState


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What the caller has asked for beyond the ordinary."""

    adopt: bool = False
    take_over: bool = False
    force: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do, and what has to be done before what.

    `actions` come in the order in which they are shown: what is made and
    changed first, what is deleted last and in reverse.  `after` names for each
    action those that must have succeeded.  `kept` are wanted and need nothing.
    `ledger` is what the server holds of the stack's memory, None if nothing;
    `origin` is what it shall say, also where `takes_over` from another one.
    `impacts` are what steps do to runs, of those that do something to them.
    """

    stack: str
    mark: str
    origin: Origin
    actions: tuple[Action, ...]
    after: Mapping[Address, frozenset[Address]]
    kept: tuple[Resource, ...] = ()
    ledger: Ledger | None = None
    templates: Mapping[str, Json] = field(default_factory=dict)
    takes_over: bool = False
    impacts: Mapping[Address, Impact] = field(default_factory=dict, compare=False)

    @property
    def wanted(self) -> tuple[Resource, ...]:
        """Everything that the stack wants and may have, changed or not."""
        acted = [each.resource for each in self.actions if not isinstance(each, Delete)]
        return (*acted, *self.kept)

    @property
    def is_empty(self) -> bool:
        """Whether applying it would write nothing."""
        return not self.actions and not self.takes_over


def build(desired: DesiredState, observed: ObservedState, origin: Origin, allowed: Allowed) -> Plan:
    """The plan that makes the server equal to `desired` and touches nothing else.

    What is not the stack's is in it only if adoption is allowed, and never if
    another stack owns it: a plan cannot hold what must not be done.
    """
    assert desired.stack is not None
    made = tuple(_wanted(desired, observed, allowed))
    deleted = tuple(Delete(address, thing) for address, thing in left(desired, observed).items())
    actions = (*made, *reversed(deleted))
    acted = {action.address for action in actions}
    return Plan(
        stack=desired.stack,
        mark=desired.mark,
        origin=_known(origin, observed.ledger),
        actions=actions,
        after=_order(made, deleted),
        kept=tuple(each for each in desired.resources if each.address not in acted),
        ledger=_without_the_gone(observed),
        templates=observed.templates,
        takes_over=allowed.take_over and is_elsewhere(observed.ledger, origin),
    )


def _without_the_gone(observed: ObservedState) -> Ledger | None:
    """The ledger of what is there: an id of what somebody deleted would outlive its name."""
    ledger = observed.ledger
    return ledger and ledger.without(ledger.ids.keys() - observed.things.keys())


def _known(origin: Origin, ledger: Ledger | None) -> Origin:
    """The origin, with the remote that is known where this run knows none."""
    if ledger is None or origin.remote is not None or is_elsewhere(ledger, origin):
        return origin
    return replace(origin, remote=ledger.origin.remote)


def is_elsewhere(ledger: Ledger | None, origin: Origin) -> bool:
    """Whether the stack was last applied from another place."""
    return ledger is not None and not ledger.origin.agrees_with(origin)


def _wanted(desired: DesiredState, observed: ObservedState, allowed: Allowed) -> Iterator[Action]:
    for resource in sorted(desired.resources, key=_turn):
        if resource.address not in observed.things:
            yield Create(resource)
            continue
        whose = claim(resource.address, desired, observed)
        if whose is Claim.OURS or (whose is Claim.FREE and allowed.adopt):
            yield from _existing(resource, desired, observed, adopts=whose is Claim.FREE)


def _turn(resource: Resource) -> tuple[int, str, int, tuple[str, ...]]:
    """Address order, but a pool's queues by priority: the server moves on those above."""
    address, priority = resource.address, resource.fields.get("priority")
    number = priority if isinstance(priority, int) else 0
    return (list(Kind).index(address.kind), address.path[0], number, address.path)


def _existing(
    resource: Resource, desired: DesiredState, observed: ObservedState, *, adopts: bool
) -> Iterator[Action]:
    there, ledger = observed.things[resource.address], observed.ledger
    changes = compare(resource, there, mark=desired.mark)
    if changes:
        yield Update(resource, there, changes, adopts=adopts)
    elif ledger is None or ledger.ids.get(resource.address) != there.id:
        yield Adopt(resource, there)


def _order(
    made: tuple[Action, ...], deleted: tuple[Delete, ...]
) -> dict[Address, frozenset[Address]]:
    """What each action waits for: what it needs; a delete, for all that is made before it."""
    making = frozenset(action.address for action in made)
    order: dict[Address, frozenset[Address]] = {}
    for action in made:
        needs = action.resource.needs if not isinstance(action, Delete) else frozenset()
        order[action.address] = needs & making
    earlier = making
    for one in reversed(deleted):
        order[one.address] = frozenset(earlier)
        earlier |= {one.address}
    return order


def counts(plan: Plan) -> dict[str, int]:
    """How many of each: create, change, adopt, delete, keep; in that order."""
    return {
        "create": sum(isinstance(action, Create) for action in plan.actions),
        "change": sum(isinstance(action, Update) for action in plan.actions),
        "adopt": sum(isinstance(action, Adopt) for action in plan.actions),
        "delete": sum(isinstance(action, Delete) for action in plan.actions),
        "keep": len(plan.kept),
    }


def of_kind(plan: Plan, kind: Kind) -> tuple[Delete, ...]:
    """The deletions of one kind."""
    return tuple(
        action
        for action in plan.actions
        if isinstance(action, Delete) and action.address.kind is kind
    )
