"""Whose doing a difference is: what was last applied, against the files and the server.

A memory is trusted where it can be: one of a thing with another id is not of this
thing; and where a run never said how it ended, only what the server still holds
tells whether the value from before that run or the one it was about to write is
the last applied.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from compiler.desired.json import Json, mappings
from compiler.desired.naming import ACTIONS
from compiler.desired.patch import said_of
from compiler.desired.resources import Resource
from compiler.desired.secret_shape import is_filled_in_later
from compiler.diff import schedules
from compiler.diff.blocks import hidden_as
from compiler.diff.change import Cause
from compiler.state.ledger import Fields, Ledger
from compiler.state.memory import Memory, hidden_in, is_of_secret, memory_of, same
from compiler.state.observed import Observed
from compiler.state.ownership import OWNED

_OPERATIONAL = frozenset({"active", "max_scheduled_runs", "anchor_date", "start"})
_BELONGS_TO = {"anchor_date": "interval", "start": "rrule"}  # other kinds of schedules have none
_NOTHING = memory_of({})
DEPTH_OF_A_PATCH = 12  # what a patch speaks of is remembered one by one, so that it can be put back


@dataclass(frozen=True, slots=True, kw_only=True)
class LastApplied:
    """What is remembered of one thing: as last applied, and as a run was about to write it."""

    applied: Fields
    ahead: Fields = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        """The fields that were ours."""
        return frozenset(self.applied) | frozenset(self.ahead)

    def memory(self, name: str, observed: Memory) -> Memory | None:
        """The trusted memory of a field, None if there is none."""
        before, ahead = self.applied.get(name), self.ahead.get(name)
        if name == "schedules":
            before, ahead = _as_declared(before, observed), _as_declared(ahead, observed)
        if ahead is None or same(ahead, before):
            return before
        return next((each for each in (ahead, before) if same(each, observed)), None)


def last_applied(
    resource: Resource, observed: Observed, ledger: Ledger | None
) -> LastApplied | None:
    """What the ledger remembers of a thing; None if it is not of this one, or nothing."""
    address = resource.address
    if ledger is None or not ledger.owns(address, observed.id):
        earlier = resource.renamed_from
        if ledger is None or earlier is None or not ledger.owns(earlier, observed.id):
            return None
        address = earlier  # an automation follows its deployment
    applied = ledger.applied.get(address)
    ahead = ledger.ahead.get(address)
    if applied is None and ahead is None:
        return None
    return LastApplied(applied=applied or {}, ahead=ahead or {})


def remembered(resource: Resource, fields: Mapping[str, Json]) -> Fields:
    """The memories of the fields that are the resource's, with these values."""
    return {
        owned.field: memory_of_field(owned.field, fields[owned.field], resource)
        for owned in OWNED[resource.address.kind]
        if owned.field in fields
        and owned.field in resource.fields
        and (owned.field,) not in resource.ignored
    }


def memory_of_field(name: str, value: Json, resource: Resource) -> Memory:
    """The memory of one field, in the form that compares."""
    opaque = {owned.field for owned in OWNED[resource.address.kind] if owned.is_opaque}
    if name in resource.partial:
        return memory_of(said_of(value, resource.fields[name]), depth=DEPTH_OF_A_PATCH)
    return memory_of(_compared(name, value, resource), depth=0 if name in opaque else 3)


def _compared(name: str, value: Json, resource: Resource) -> Json:
    if name == "schedules":
        return _by_slug(value, resource.fields.get("schedules"))
    if name in ACTIONS:
        return by_number(value)
    if name == "tags" and isinstance(value, Sequence) and not isinstance(value, str):
        return sorted(set(map(str, value)))
    if name == "data":
        return hidden_as(value, resource.fields.get("data"))
    return value


def by_number(value: Json) -> dict[str, Json]:
    """The actions of an automation, each by its place, so that each key has its own cause."""
    return {str(number): each for number, each in enumerate(mappings(value))}


def once_secret(resource: Resource, observed: Observed, ledger: Ledger | None) -> Iterator[str]:
    """Texts on the server that were known for secrets when they were written.

    Their memory is a digest although nothing in them looks like a secret.
    """
    last = last_applied(resource, observed, ledger)
    for memories in () if last is None else (last.applied, last.ahead):
        for name, memory in memories.items():
            if name in observed.fields:
                found = hidden_in(memory, _compared(name, observed.fields[name], resource))
                yield from (text for text in found if not is_filled_in_later(text))


def _by_slug(value: Json, wanted: Json) -> dict[str, Json]:
    """Schedules by slug, without what is the server's business as far as the file goes."""
    declared = _declared(wanted)
    found: dict[str, Json] = {}
    for number, each in enumerate(mappings(value)):
        slug = str(each.get("slug") or f"#{number}")
        left = _OPERATIONAL - declared.get(slug, declared.get("", frozenset()))
        content = schedules.split(each)
        found[slug] = {key: content[key] for key in content if key not in left and key != "slug"}
    return found


def _declared(wanted: Json) -> dict[str, frozenset[str]]:
    """The keys that the file gives, by slug; those of all schedules without one under ``."""
    declared: dict[str, frozenset[str]] = {}
    for each in mappings(wanted):
        slug = str(each.get("slug") or "")
        declared[slug] = declared.get(slug, frozenset()) | frozenset(schedules.split(each))
    return declared


def _as_declared(old: Memory | None, was: Memory) -> Memory | None:
    """Schedules as last applied, with the operational keys that the file gives now, and no others.

    What the file left open then was right as it is, and what it leaves open now is not its own.
    """
    if not isinstance(old, Mapping) or not isinstance(was, Mapping):
        return old
    return {slug: _with_keys_of(was.get(slug), each) for slug, each in old.items()}


def _with_keys_of(was: Memory | None, old: Memory) -> Memory:
    if not isinstance(old, Mapping) or not isinstance(was, Mapping):
        return old
    kept = {key: each for key, each in old.items() if key in was or not _is_left_open(key, was)}
    return {**{key: each for key, each in was.items() if key in _OPERATIONAL}, **kept}


def _is_left_open(key: str, was: Mapping[str, Memory]) -> bool:
    """Whether the file leaves a key to the server that is not remembered of what is there."""
    kind = _BELONGS_TO.get(key)
    return key in _OPERATIONAL and (kind is None or kind in was)


@dataclass(frozen=True, slots=True)
class Place:
    """Three memories of one place: as last applied, as it is, as it shall be; None is no value.

    `depth` counts the keys on the way to it.
    """

    old: Memory | None
    before: Memory | None
    after: Memory | None
    depth: int = 0

    def inside(self) -> "dict[str, Place]":
        """The places below, by key; none where one of the three is no mapping."""
        old, before, after = map(_opened, (self.old, self.before, self.after))
        if old is None or before is None or after is None:
            return {}
        return {
            key: Place(old.get(key), before.get(key), after.get(key), self.depth + 1)
            for key in sorted({*old, *before, *after})
        }


def _opened(memory: Memory | None) -> Fields | None:
    """The memory of a mapping; an empty one is remembered as a text."""
    if memory == _NOTHING:
        return {}
    return memory if isinstance(memory, Mapping) else None


def cause_of(place: Place) -> Cause:
    """Whose doing it is that a place is not as it shall be."""
    causes = frozenset(_causes(place))
    if len(causes) == 1:
        return next(iter(causes))
    if Cause.UNKNOWN in causes:
        return Cause.UNKNOWN
    return Cause.BOTH if causes else Cause.DRIFT


def _causes(place: Place) -> Iterator[Cause]:
    if place.before == place.after:
        return
    if is_of_secret(place.old) and place.old != place.before:
        yield Cause.UNKNOWN  # written since, perhaps with another value: nobody can tell
        return
    inside = place.inside()
    if inside:
        for each in inside.values():
            yield from _causes(each)
    elif same(place.old, place.after):
        yield Cause.DRIFT
    elif same(place.old, place.before):
        yield Cause.CHANGE
    else:
        yield Cause.BOTH
