"""An apply that never said how it ended: how much of it is there.  Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from compiler.desired.address import Address
from compiler.desired.resources import Resource
from compiler.diagnostics import Position, Span
from compiler.diff.attribution import LastApplied, memory_of_field
from compiler.state.ledger import Applied, Fields
from compiler.state.memory import same
from compiler.state.observed import Observed, ObservedState

_NOWHERE = Span("", Position(1, 1), Position(1, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """What an apply was about to do, by whether it is so now; in the order it was planned in."""

    apply: Applied
    as_wanted: tuple[Address, ...]
    not_yet: tuple[Address, ...]


def unfinished(wanted: Iterable[Resource], observed: ObservedState) -> Unfinished | None:
    """The apply that a ledger says is under way, against the server; None if none is.

    `wanted` is what the files want now: it says which values of a schedule are the file's.
    """
    ledger = observed.ledger
    if ledger is None or ledger.begun is None:
        return None
    resources = {each.address: each for each in wanted}
    settled = {
        address: _is_as_written(address, ledger.ahead.get(address, {}), observed, resources)
        for address in ledger.begun.writes
    }
    settled |= {address: address not in observed.things for address in ledger.begun.deletes}
    return Unfinished(
        apply=ledger.begun.apply,
        as_wanted=tuple(address for address, is_so in settled.items() if is_so),
        not_yet=tuple(address for address, is_so in settled.items() if not is_so),
    )


def _is_as_written(
    address: Address,
    ahead: Fields,
    observed: ObservedState,
    resources: Mapping[Address, Resource],
) -> bool:
    there = observed.things.get(address)
    if there is None:
        return False
    resource = resources.get(address, Resource(address=address, fields={}, written_at=_NOWHERE))
    return all(_holds(name, ahead, there, resource) for name in ahead)


def _holds(name: str, ahead: Fields, there: Observed, resource: Resource) -> bool:
    memory = memory_of_field(name, there.fields.get(name), resource)
    return same(LastApplied(applied=ahead).memory(name, memory), memory)
