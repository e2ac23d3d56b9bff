"""Whose a thing is: the one place that decides what a stack may touch.

A stack owns what its ledger lists by id, and a deployment or automation that carries
its tag and is wanted by its files.  Everything else is foreign.
"""

from enum import Enum

from compiler.desired.address import Address, Kind, work_pool
from compiler.desired.resources import MARK, DesiredState
from compiler.state.ledger import Ledger
from compiler.state.observed import MARKED, Observed, ObservedState, marks


def tag_of(stack: str) -> str:
    """The tag that the deployments and automations of a stack carry."""
    return f"{MARK}{stack}"


class Claim(Enum):
    """What a stack may do with something that exists."""

    OURS = "ours"
    FREE = "nobody's: it may be adopted"
    TAKEN = "another stack's"


def claim(address: Address, desired: DesiredState, observed: ObservedState) -> Claim:
    """Whose the thing is that stands where a wanted one belongs."""
    there, ledger = observed.things[address], observed.ledger
    if desired.mark in marks(address, there):
        return Claim.OURS
    if owner(address, observed) is not None:
        return Claim.TAKEN
    if ledger is not None and (
        _is_made(address, there, ledger) or _comes_with_ours(address, ledger)
    ):
        return Claim.OURS
    return Claim.FREE


def is_known_again(address: Address, desired: DesiredState, observed: ObservedState) -> bool:
    """Whether a pool or queue was probably the stack's before somebody deleted its ledger.

    It takes no tag; but deployments that carry the stack's are there, so that the stack
    had a ledger, and one of them runs in it.  That is enough to note it again where nothing
    in it differs from the files, and not enough to change it.
    """
    return (
        observed.ledger is None
        and address.kind in {Kind.WORK_POOL, Kind.WORK_QUEUE}
        and any(
            desired.mark in marks(each, thing)
            and thing.fields.get("work_pool_name") == address.path[0]
            for each, thing in observed.things.items()
        )
    )


def _is_made(address: Address, there: Observed, ledger: Ledger) -> bool:
    """Whether the ledger says so.  What bears marks and was written ahead also carries its tag."""
    written_ahead = ledger.ids.get(address, "") is None
    return ledger.owns(address, there.id) and not (written_ahead and address.kind in MARKED)


def _comes_with_ours(address: Address, ledger: Ledger) -> bool:
    """Whether it is the default queue of a pool that the stack made."""
    return is_default_queue(address) and work_pool(address.path[0]) in ledger.ids


def is_default_queue(address: Address) -> bool:
    """Whether the server makes it with its pool, and deletes it only with its pool."""
    return address.kind is Kind.WORK_QUEUE and address.name == "default"


def owner(address: Address, observed: ObservedState) -> str | None:
    """Name of another stack that owns the thing, by its tag or by that stack's ledger."""
    tags = marks(address, observed.things[address])
    stacks = (tag.removeprefix(MARK) for tag in tags if tag.startswith(MARK))
    return next(stacks, None) or observed.owners.get(address)


def left(desired: DesiredState, observed: ObservedState) -> dict[Address, Observed]:
    """What the stack made and no longer wants, in address order.

    Where nothing is pruned that is only what something else takes the place of.
    """
    found = _left(desired, observed)
    if desired.policy.prunes:
        return found
    renamed = {each.renamed_from for each in desired.resources}
    return {address: thing for address, thing in found.items() if address in renamed}


def kept_unwanted(desired: DesiredState, observed: ObservedState) -> tuple[Address, ...]:
    """What the stack made and no longer wants, and the files' policy keeps, in address order."""
    gone = left(desired, observed)
    return tuple(address for address in _left(desired, observed) if address not in gone)


def _left(desired: DesiredState, observed: ObservedState) -> dict[Address, Observed]:
    ledger = observed.ledger
    return {
        address: observed.things[address]
        for address in sorted(_unwanted(desired, observed))
        if ledger is not None
        and _was_made(address, desired, observed)
        and not is_default_queue(address)
        and (_is_marked(address, desired, observed) or owner(address, observed) is None)
    }


def _was_made(address: Address, desired: DesiredState, observed: ObservedState) -> bool:
    """Whether the ledger has it by its id; or notes that it was about to be made, and it is marked.

    An apply that was killed right after it had made something leaves such a note.
    """
    known = observed.ledger.ids if observed.ledger is not None else {}
    if address in known and known[address] is None:
        return address.kind in MARKED and _is_marked(address, desired, observed)
    return known.get(address) == observed.things[address].id


def unclaimed(desired: DesiredState, observed: ObservedState) -> tuple[Address, ...]:
    """What carries the stack's tag, but was neither made by it nor is wanted: a copy."""
    ledger = observed.ledger
    return tuple(
        address
        for address in sorted(_unwanted(desired, observed))
        if _is_marked(address, desired, observed)
        and not (ledger is not None and ledger.owns(address, observed.things[address].id))
    )


def _is_marked(address: Address, desired: DesiredState, observed: ObservedState) -> bool:
    return desired.mark in marks(address, observed.things[address])


def _unwanted(desired: DesiredState, observed: ObservedState) -> set[Address]:
    wanted = {resource.address for resource in desired.resources}
    return set(observed.things) - wanted
