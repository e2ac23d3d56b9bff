"""What becomes the stack's and is changed in nothing but its owner: `deploy adopt`."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from compiler.desired.address import Address
from compiler.desired.resources import DesiredState, Resource
from compiler.diagnostics import start_of
from compiler.diff.change import Cause, FieldChange
from compiler.diff.compare import compare, marked
from compiler.plan.action import Adopt, Update
from compiler.plan.build import Allowed, Kept, Plan, build, known
from compiler.plan.claim import Claim, claim, is_default_queue, owner, tag_of, unclaimed
from compiler.state.ledger import Origin
from compiler.state.observed import MARKED, ObservedState, marks


def build_adoption(
    desired: DesiredState, observed: ObservedState, origin: Origin, allowed: Allowed
) -> Plan:
    """The plan that makes things the stack's; it creates, deletes and changes nothing.

    Taken are things that are wanted and nobody's; copies that carry the stack's tag, if
    that is asked for; and everything of the stack that things are moved from.
    """
    actions = tuple(_adopted(desired, observed, origin, allowed))
    taken = {action.address for action in actions}
    whole = build(desired, observed, origin, allowed)
    return replace(
        whole,
        actions=actions,
        after={address: frozenset() for address in taken},
        kept=tuple(
            Kept(each, observed.things[each.address])
            for each in desired.resources
            if each.address not in taken
            and each.address in observed.things
            and claim(each.address, desired, observed) is Claim.OURS
        ),
        notes=(),
        only_adopts=True,
        from_stack=allowed.from_stack,
    )


def _adopted(
    desired: DesiredState, observed: ObservedState, origin: Origin, allowed: Allowed
) -> Iterator[Update | Adopt]:
    wanted = {each.address: each for each in desired.resources}
    copies = unclaimed(desired, observed) if allowed.unclaimed else ()
    written_at = start_of(next(iter(origin.files), "deploy.yaml"))
    for address in sorted({*wanted, *copies, *_of(allowed.from_stack, observed)}):
        comes_along = is_default_queue(address) and address not in wanted
        if address not in observed.things or comes_along:
            continue
        if _may_be_taken(address, desired, observed, allowed):
            resource = wanted.get(address)
            if resource is None or not _agrees(resource, desired, observed):
                at = resource.written_at if resource is not None else written_at
                resource = Resource(address=address, fields={}, written_at=at)
            yield _taking(resource, desired, observed)


def _agrees(resource: Resource, desired: DesiredState, observed: ObservedState) -> bool:
    """Whether the files say what is there: then that is remembered, and a move of it is drift."""
    thing = observed.things[resource.address]
    if resource.address.kind in MARKED:
        tags = marked(_own(marks(resource.address, thing)), desired.mark)
        thing = replace(thing, fields={**thing.fields, "tags": tags})
    return not compare(resource, thing, known(desired.mark, resource, observed))


def _own(tags: Iterable[str]) -> list[str]:
    """Tags without those of stacks."""
    return [tag for tag in tags if not tag.startswith(tag_of(""))]


def _of(stack: str | None, observed: ObservedState) -> Iterator[Address]:
    """What belongs to another stack, by its ledger or by its tag."""
    if stack is None:
        return
    ids = observed.previous.ids if observed.previous is not None else {}
    for address, thing in observed.things.items():
        if ids.get(address) == thing.id or tag_of(stack) in marks(address, thing):
            yield address


def _may_be_taken(
    address: Address, desired: DesiredState, observed: ObservedState, allowed: Allowed
) -> bool:
    whose = claim(address, desired, observed)
    if whose is Claim.OURS:
        ledger = observed.ledger
        return ledger is None or ledger.ids.get(address) != observed.things[address].id
    if whose is Claim.TAKEN:
        return allowed.from_stack is not None and owner(address, observed) == allowed.from_stack
    return True


def _taking(resource: Resource, desired: DesiredState, observed: ObservedState) -> Update | Adopt:
    there = observed.things[resource.address]
    tags = _own(marks(resource.address, there))
    if resource.address.kind not in MARKED or desired.mark in marks(resource.address, there):
        return Adopt(resource, there)
    change = FieldChange("tags", there.fields.get("tags"), marked(tags, desired.mark), Cause.CHANGE)
    return Update(resource, there, (change,), adopts=True)
