"""Whose doing a difference is: what was last applied, against the files and the server.

A memory is trusted where it can be: one of a thing with another id is not of this
thing; and where a run never said how it ended, only what the server still holds
tells whether the value from before that run or the one it was about to write is
the last applied.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from compiler.desired.json import Json
from compiler.desired.resources import Resource
from compiler.diff import schedules
from compiler.diff.change import Cause
from compiler.state.ledger import Fields, Ledger
from compiler.state.memory import Memory, memory_of
from compiler.state.observed import Observed
from compiler.state.ownership import OWNED

_OPERATIONAL = frozenset({"active", "max_scheduled_runs", "anchor_date"})


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
        if ahead is None or ahead == before:
            return before
        return next((each for each in (ahead, before) if each == observed), None)


def last_applied(
    resource: Resource, observed: Observed, ledger: Ledger | None
) -> LastApplied | None:
    """What the ledger remembers of a thing; None if it is not of this one, or nothing."""
    if ledger is None or not ledger.owns(resource.address, observed.id):
        return None
    applied = ledger.applied.get(resource.address)
    ahead = ledger.ahead.get(resource.address)
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
    if name == "schedules":
        return memory_of(_by_slug(value, resource.fields.get("schedules")))
    if name == "tags" and isinstance(value, Sequence) and not isinstance(value, str):
        return memory_of(sorted(set(map(str, value))))
    opaque = {owned.field for owned in OWNED[resource.address.kind] if owned.is_opaque}
    return memory_of(value, depth=0 if name in opaque else 3)


def _by_slug(value: Json, wanted: Json) -> dict[str, Json]:
    """Schedules by slug, without what is the server's business as far as the file goes."""
    declared = _declared(wanted)
    found: dict[str, Json] = {}
    for number, each in enumerate(_listed(value)):
        slug = str(each.get("slug") or f"#{number}")
        left = _OPERATIONAL - declared.get(slug, declared.get("", frozenset()))
        content = schedules.content(each)
        found[slug] = {key: content[key] for key in content if key not in left and key != "slug"}
    return found


def _declared(wanted: Json) -> dict[str, frozenset[str]]:
    """The keys that the file gives, by slug; those of all schedules without one under ``."""
    declared: dict[str, frozenset[str]] = {}
    for each in _listed(wanted):
        slug = str(each.get("slug") or "")
        declared[slug] = declared.get(slug, frozenset()) | frozenset(each)
    return declared


def _listed(value: Json) -> Iterator[Mapping[str, Json]]:
    listed = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
    return (each for each in listed if isinstance(each, Mapping))


def cause_of(old: Memory | None, before: Memory | None, after: Memory | None) -> Cause:
    """Whose doing it is that `before` is not `after`, all three of one place; None is no value."""
    causes = frozenset(_causes(old, before, after))
    if len(causes) == 1:
        return next(iter(causes))
    return Cause.BOTH if causes else Cause.DRIFT


def _causes(old: Memory | None, before: Memory | None, after: Memory | None) -> Iterator[Cause]:
    if before == after:
        return
    if isinstance(old, Mapping) and isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}):
            yield from _causes(old.get(key), before.get(key), after.get(key))
    elif old == after:
        yield Cause.DRIFT
    elif old == before:
        yield Cause.CHANGE
    else:
        yield Cause.BOTH
