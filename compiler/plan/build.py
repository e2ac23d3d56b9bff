"""Desired and observed state in, ordered plan out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from compiler.desired.address import Address, Kind
from compiler.desired.json import Json
from compiler.desired.resources import DesiredState, Resource
from compiler.diff.compare import compare
from compiler.plan.action import Action, Adopt, Create, Delete, Update
from compiler.plan.claim import Claim, claim, left
from compiler.state.ledger import Ledger, Origin
from compiler.state.observed import Observed, ObservedState


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do, and what has to be done before what.

    `actions` come in the order in which they are shown: what is made and
    changed first, what is deleted last and in reverse.  `after` names for each
    action those that must have succeeded.  `kept` are wanted and need nothing.
    `ledger` is what the server holds of the stack's memory, None if nothing;
    `origin` is what it shall say.
    """

    stack: str
    mark: str
    origin: Origin
    actions: tuple[Action, ...]
    after: Mapping[Address, frozenset[Address]]
    kept: tuple[Resource, ...] = ()
    ledger: Ledger | None = None
    templates: Mapping[str, Json] = field(default_factory=dict)

    @property
    def moves_origin(self) -> bool:
        """Whether the stack's memory names another origin, and this plan takes over."""
        return self.ledger is not None and not self.ledger.origin.agrees_with(self.origin)

    @property
    def is_empty(self) -> bool:
        """Whether applying it would write nothing."""
        return not self.actions and not self.moves_origin


def build(desired: DesiredState, observed: ObservedState, origin: Origin) -> Plan:
    """The plan that makes the server equal to `desired` and touches nothing else.

    What is not the stack's is planned as an adoption; `guard` refuses that
    where it was not asked for.
    """
    assert desired.stack is not None
    made = tuple(_wanted(desired, observed))
    deleted = tuple(Delete(address, thing) for address, thing in left(desired, observed).items())
    actions = (*made, *reversed(deleted))
    acted = {action.address for action in actions}
    return Plan(
        stack=desired.stack,
        mark=desired.mark,
        origin=origin,
        actions=actions,
        after=_order(made, deleted),
        kept=tuple(each for each in desired.resources if each.address not in acted),
        ledger=observed.ledger,
        templates=observed.templates,
    )


def _wanted(desired: DesiredState, observed: ObservedState) -> Iterator[Action]:
    for resource in desired.resources:
        there = observed.things.get(resource.address)
        if there is None:
            yield Create(resource)
        elif (action := _existing(resource, there, desired.mark, observed.ledger)) is not None:
            yield action


def _existing(
    resource: Resource, there: Observed, mark: str, ledger: Ledger | None
) -> Action | None:
    adopts = claim(resource.address, there, mark=mark, ledger=ledger) is not Claim.OURS
    changes = compare(resource, there, mark=mark)
    if changes:
        return Update(resource, there, changes, adopts=adopts)
    known = ledger is not None and ledger.ids.get(resource.address) == there.id
    return None if known else Adopt(resource, there)


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
