"""Desired and observed state in, ordered plan out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from compiler.desired.address import Address, Kind
from compiler.desired.block_type import BlockType
from compiler.desired.json import Json
from compiler.desired.preview import Preview
from compiler.desired.resources import DesiredState, Resource
from compiler.desired.steps import Recipe
from compiler.diff.attribution import last_applied
from compiler.diff.compare import Known, compare
from compiler.plan.action import Action, Adopt, Create, Delete, Protect, Update, Why
from compiler.plan.claim import Claim, claim, is_known_again, left
from compiler.plan.impact import Impact
from compiler.plan.notes import Note, notes
from compiler.plan.requests import RequestCount
from compiler.state.ledger import Ledger, Origin
from compiler.state.observed import Observed, ObservedState


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What the caller has asked for beyond the ordinary.

    With `only_adopt` things that exist become the stack's, and nothing else is done;
    with `unclaimed` so do copies that carry its tag.  `from_stack` is a stack whose
    things may be taken.  `destroys` says that everything goes.
    """

    adopt: bool = False
    only_adopt: bool = False
    unclaimed: bool = False
    from_stack: str | None = None
    take_over: bool = False
    force: bool = False
    destroys: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """What is wanted and is as it shall be."""

    resource: Resource
    observed: Observed

    @property
    def address(self) -> Address:
        """What is kept."""
        return self.resource.address


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """The part of a plan that a selection leaves as it is on the server."""

    actions: tuple[Action, ...] = ()
    kept: tuple[Kept, ...] = ()

    @property
    def wanted(self) -> tuple[Resource, ...]:
        """What the stack wants of it."""
        acted = [each.resource for each in self.actions if not isinstance(each, Delete)]
        return (*acted, *(each.resource for each in self.kept))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do, and what has to be done before what.

    `actions` come in the order in which they are shown: what is made and
    changed first, what is deleted last and in reverse.  `after` names for each
    action those that must have succeeded.  `kept` are wanted and need nothing.
    `ledger` is what the server holds of the stack's memory, None if nothing, and
    `gone` what it lists and is not there; `origin` is what it shall say, also where
    the stack `takes_over` from another one.
    `left_out` is what was not selected; `seen` is what the plan was made from.
    A plan that `only_adopts` changes owners and nothing else, `from_stack` names the
    stack that loses them; one that `goes_back` undoes an apply.  `impacts` are what steps
    do to runs, of those that do something to them; `registers` the types of blocks that the
    server lacks, each after those that it needs.  `recipes` are the steps that have to run
    first: until then it is only shown.  `secrets` are texts that no memory
    may show, `hidden` the digests of values that none may.  `preview` is noted with the stack.
    """

    stack: str
    mark: str
    origin: Origin
    actions: tuple[Action, ...]
    after: Mapping[Address, frozenset[Address]]
    kept: tuple[Kept, ...] = ()
    ledger: Ledger | None = None
    gone: frozenset[Address] = frozenset()
    templates: Mapping[str, Json] = field(default_factory=dict)
    takes_over: bool = False
    only_adopts: bool = False
    from_stack: str | None = None
    goes_back: bool = False
    notes: tuple[Note, ...] = ()
    seen: ObservedState | None = field(default=None, compare=False, repr=False)
    requests: RequestCount = field(default_factory=RequestCount, compare=False)
    left_out: LeftOut = field(default_factory=LeftOut, compare=False)
    impacts: Mapping[Address, Impact] = field(default_factory=dict, compare=False)
    resumed: tuple[str, ...] = ()
    registers: tuple[BlockType, ...] = field(default=(), compare=False, repr=False)
    recipes: tuple[Recipe, ...] = ()
    secrets: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    hidden: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    preview: Preview | None = field(default=None, compare=False)

    @property
    def wanted(self) -> tuple[Resource, ...]:
        """Everything selected that the stack wants and may have, changed or not."""
        acted = [each.resource for each in self.actions if not isinstance(each, Delete)]
        return (*acted, *(each.resource for each in self.kept))

    @property
    def all_wanted(self) -> tuple[Resource, ...]:
        """Everything that the stack wants, selected or not."""
        return (*self.wanted, *self.left_out.wanted)

    @property
    def awaited(self) -> tuple[Resource, ...]:
        """What is selected and holds values that only steps will make known."""
        return tuple(each for each in self.wanted if each.unbuilt.paths)

    @property
    def is_empty(self) -> bool:
        """Whether applying it would write nothing."""
        return not self.actions and not self.takes_over and not self.resumes

    @property
    def resumes(self) -> bool:
        """Whether the last apply never said how it ended: this one says how things stand."""
        return self.ledger is not None and self.ledger.begun is not None


def build(desired: DesiredState, observed: ObservedState, origin: Origin, allowed: Allowed) -> Plan:
    """The plan that makes the server equal to `desired` and touches nothing else.

    What is not the stack's is in it only if adoption is allowed, and never if
    another stack owns it: a plan cannot hold what must not be done.
    """
    assert desired.stack is not None
    made = tuple(_wanted(desired, observed, allowed))
    deleted = tuple(_deleted(desired, observed, destroys=allowed.destroys))
    actions = (*made, *reversed(deleted))
    acted = {action.address for action in actions}
    return Plan(
        stack=desired.stack,
        mark=desired.mark,
        origin=_known(origin, observed.ledger),
        actions=actions,
        after=order(made),
        kept=tuple(
            Kept(each, observed.things[each.address])
            for each in desired.resources
            if each.address not in acted and each.address in observed.things
        ),
        ledger=observed.ledger,
        gone=_gone(desired, observed),
        templates=observed.templates,
        takes_over=allowed.take_over and is_elsewhere(observed.ledger, origin),
        notes=notes(desired, observed),
        seen=observed,
        registers=desired.registers,
        recipes=desired.recipes,
        secrets=desired.secrets,
        preview=desired.preview,
    )


def _deleted(desired: DesiredState, observed: ObservedState, *, destroys: bool) -> Iterator[Delete]:
    renamed = {each.renamed_from for each in desired.resources}
    ordinary = Why.DESTROYED if destroys else Why.LEFT
    for address, thing in left(desired, observed).items():
        yield Delete(address, thing, Why.RENAMED if address in renamed else ordinary)


def _gone(desired: DesiredState, observed: ObservedState) -> frozenset[Address]:
    """What somebody else deleted: its id would outlive its name.

    What an automation was called before goes when it has its new name.
    """
    ids = observed.ledger.ids if observed.ledger is not None else {}
    moving = {each.renamed_from for each in desired.resources if each.address in observed.things}
    return frozenset(ids) - observed.things.keys() - moving


def _known(origin: Origin, ledger: Ledger | None) -> Origin:
    """The origin, with the remote that is known where this run knows none."""
    if ledger is None or origin.remote is not None or is_elsewhere(ledger, origin):
        return origin
    return replace(origin, remote=ledger.origin.remote)


def is_elsewhere(ledger: Ledger | None, origin: Origin) -> bool:
    """Whether the stack was last applied from another place; one that has nothing is nowhere."""
    return ledger is not None and bool(ledger.ids) and not ledger.origin.agrees_with(origin)


def _wanted(desired: DesiredState, observed: ObservedState, allowed: Allowed) -> Iterator[Action]:
    leaving = left(desired, observed)
    for resource in sorted(desired.resources, key=turn):
        if resource.address not in observed.things:
            renamed = resource.renamed_from
            yield Create(resource, leaving.get(renamed) if renamed is not None else None)
            continue
        whose = claim(resource.address, desired, observed)
        if whose is Claim.OURS or (whose is Claim.FREE and allowed.adopt):
            yield from _existing(resource, desired, observed, adopts=whose is Claim.FREE)
        elif whose is Claim.FREE and is_known_again(resource.address, desired, observed):
            found = _existing(resource, desired, observed, adopts=True)
            yield from (action for action in found if isinstance(action, Adopt))


def turn(resource: Resource) -> tuple[int, str, int, tuple[str, ...]]:
    """Address order, but a pool's queues by priority: the server moves on those above."""
    address, priority = resource.address, resource.fields.get("priority")
    number = priority if isinstance(priority, int) else 0
    return (list(Kind).index(address.kind), address.path[0], number, address.path)


def _existing(
    resource: Resource, desired: DesiredState, observed: ObservedState, *, adopts: bool
) -> Iterator[Action]:
    there, ledger = observed.things[resource.address], observed.ledger
    changes = compare(resource, there, known(desired.mark, resource, observed))
    protects = ledger is not None and resource.address in ledger.protected
    if changes:
        yield Update(resource, there, changes, adopts=adopts)
    elif ledger is None or ledger.ids.get(resource.address) != there.id:
        yield Adopt(resource, there)
    elif resource.protect is not None and resource.protect is not protects:
        yield Protect(resource, there, resource.protect)


def known(mark: str, resource: Resource, observed: ObservedState) -> Known:
    """What a comparison of one thing can rely on."""
    there = observed.things[resource.address]
    last = last_applied(resource, there, observed.ledger)
    return Known(
        mark=mark, last=last, templates=observed.templates, version=observed.server_version
    )


def order(made: tuple[Action, ...]) -> dict[Address, frozenset[Address]]:
    """What each step that is no deletion waits for: what it needs, if that is made too."""
    making = frozenset(action.address for action in made)
    return {
        action.address: action.resource.needs & making
        for action in made
        if not isinstance(action, Delete)
    }


def registered(plan: Plan) -> tuple[BlockType, ...]:
    """The types that the plan's new blocks need and the server lacks, in the order to make them."""
    made = (each.address for each in plan.actions if isinstance(each, Create))
    needed = {each.path[0] for each in made if each.kind is Kind.BLOCK}
    for kind in reversed(plan.registers):
        needed |= set(kind.needs) if kind.slug in needed else set()
    return tuple(each for each in plan.registers if each.slug in needed)


def counts(plan: Plan) -> dict[str, int]:
    """How many of each: create, change, protect, adopt, delete, keep; in that order."""
    return {
        "create": sum(isinstance(action, Create) for action in plan.actions),
        "change": sum(isinstance(action, Update) for action in plan.actions),
        "protect": sum(isinstance(action, Protect) for action in plan.actions),
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
