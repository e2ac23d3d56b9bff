"""What moved on the server since the last apply: what is remembered, against what is there.

The files have no say in it: a change of theirs is no drift.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from compiler.desired.address import Address
from compiler.desired.json import Json
from compiler.desired.naming import ACTIONS
from compiler.desired.patch import said_of
from compiler.desired.secret_shape import is_secret_name
from compiler.diff import schedules
from compiler.diff.attribution import DEPTH_OF_A_PATCH, by_number
from compiler.plan.claim import tag_of
from compiler.state.ledger import Ledger
from compiler.state.memory import Memory, is_of_secret, memory_of, same
from compiler.state.observed import MARKED, Observed, ObservedState, marks
from compiler.state.ownership import OWNED


class Moved(StrEnum):
    """What became of a thing."""

    DELETED = "deleted"
    REPLACED = "made anew by somebody else"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Shift:
    """One place that is not as it was last applied; `old` is its memory, None for no value.

    `now` is the server's value, and `is_there` False where it has none.
    """

    path: tuple[str, ...]
    old: Memory | None
    now: Json
    is_there: bool = True


@dataclass(frozen=True, slots=True)
class Drift:
    """What moved in one thing."""

    address: Address
    how: Moved
    shifts: tuple[Shift, ...] = ()


def drift(stack: str, observed: ObservedState) -> tuple[Drift, ...]:
    """What moved since the last apply, in address order; nothing where nothing is remembered."""
    ledger = observed.ledger
    return tuple(_drifts(stack, ledger, observed)) if ledger is not None else ()


def _drifts(stack: str, ledger: Ledger, observed: ObservedState) -> Iterator[Drift]:
    for address, id in sorted(ledger.ids.items(), key=lambda item: item[0]):
        there = observed.things.get(address)
        if there is None and id is not None:
            yield Drift(address, Moved.DELETED)
        elif there is not None and id is not None and there.id != id:
            yield Drift(address, Moved.REPLACED)
        elif there is not None:
            shifts = _explained(_shifts(stack, address, ledger, there))
            if shifts:
                yield Drift(address, Moved.CHANGED, shifts)


def _explained(shifts: Iterable[Shift]) -> tuple[Shift, ...]:
    """Without the secrets of a block that was written to, where something else in it differs.

    Of a secret it is only known that it may be another one.
    """
    found = tuple(shifts)
    seen = tuple(each for each in found if not is_of_secret(each.old))
    return seen or found


def _shifts(stack: str, address: Address, ledger: Ledger, there: Observed) -> Iterator[Shift]:
    applied, ahead = ledger.applied.get(address, {}), ledger.ahead.get(address, {})
    for owned in OWNED[address.kind]:
        name = owned.field
        if name not in applied and name not in ahead:
            continue
        now = _comparable(name, there.fields.get(name), applied.get(name))
        depth = 0 if owned.is_opaque else 3
        if isinstance(applied.get(name), Mapping) and owned.is_opaque:
            depth = DEPTH_OF_A_PATCH
        if name in ahead and same(memory_of(now, depth=depth), ahead[name]):
            continue
        yield from _within((name,), applied.get(name), now, depth)
    if address.kind in MARKED and "tags" not in applied:
        mark = tag_of(stack)
        if mark not in (tags := marks(address, there)):
            yield Shift(("tags",), memory_of([mark]), list(tags))


def _comparable(name: str, value: Json, old: Memory | None) -> Json:
    """The value in the form in which it is remembered."""
    listed = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
    if name == "tags":
        return sorted(set(map(str, listed)))
    if name == "base_job_template" and isinstance(old, Mapping):
        return said_of(value, old)
    if name in ACTIONS:
        return by_number(value)
    if name != "schedules":
        return value
    known = old if isinstance(old, Mapping) else {}
    found: dict[str, Json] = {}
    for number, each in enumerate(each for each in listed if isinstance(each, Mapping)):
        slug = str(each.get("slug") or f"#{number}")
        content = {key: item for key, item in schedules.split(each).items() if key != "slug"}
        was = known.get(slug)
        found[slug] = (
            {key: item for key, item in content.items() if key in was}
            if isinstance(was, Mapping)
            else content
        )
    return found


def _within(path: tuple[str, ...], old: Memory | None, now: Json, depth: int) -> Iterator[Shift]:
    """The places below that differ; a mapping is looked into as far as it is remembered."""
    if isinstance(old, Mapping) and isinstance(now, Mapping):
        for key in sorted({*old, *now}):
            if key in now:
                yield from _within((*path, key), old.get(key), now[key], depth - 1)
            else:
                yield Shift((*path, key), old.get(key), None, is_there=False)
        return
    secret = any(map(is_secret_name, path[1:]))
    if not same(old, memory_of(now, depth=depth, secret=secret)):
        yield Shift(path, old, now)
