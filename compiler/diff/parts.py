"""The places inside a change that differ, each with its cause.  Only this imports `deepdiff`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from compiler.desired.json import Json, mappings, whole
from compiler.desired.naming import ACTIONS
from compiler.diff import schedules
from compiler.diff.attribution import Place, cause_of
from compiler.diff.change import Cause, FieldChange
from compiler.state.memory import Memory
from compiler.state.ownership import equal

How: TypeAlias = Literal["changed", "added", "removed"]
_ONE_CAUSE = frozenset({Cause.CHANGE, Cause.DRIFT, Cause.LEFT, Cause.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Part:
    """One place inside a value: `path` begins with the field, then come keys and slugs.

    `old` is the memory of what was last applied there, None if nothing is known of it.
    """

    path: tuple[str, ...]
    before: Json
    after: Json
    how: How = "changed"
    cause: Cause = Cause.UNKNOWN
    old: Memory | None = None

    def __str__(self) -> str:
        if self.path[0] == "schedules" and len(self.path) > 1:
            return ".".join((f"schedules[{self.path[1]}]", *self.path[2:]))
        return ".".join(self.path)


def parts(change: FieldChange) -> tuple[Part, ...]:
    """The places inside a change that differ, in path order."""
    field, before, after = (change.field,), change.before, change.after
    if change.field == "schedules":
        found = _of_schedules(mappings(before), mappings(after))
    elif change.field == "data":
        found = _of_block(_mapping(before), _mapping(after))
    elif (isinstance(before, Mapping) and isinstance(after, Mapping)) or _are_pairs(change):
        found = _nested(field, before, after)
    else:
        found = iter((Part(field, before, after),))
    return tuple(_attributed(part, change) for part in sorted(found, key=lambda part: part.path))


def _are_pairs(change: FieldChange) -> bool:
    """Whether each action of an automation stands beside one of before."""
    number = len(mappings(change.before))
    return change.field in ACTIONS and 0 < number == len(mappings(change.after))


def _nested(prefix: tuple[str, ...], before: Json, after: Json) -> Iterator[Part]:
    from deepdiff import DeepDiff  # noqa: PLC0415  # slow to import, needed only for a nested change

    found = DeepDiff(
        whole(before), whole(after), view="tree", verbose_level=2, threshold_to_diff_deeper=0
    )
    for kind, items in found.items():
        how: How = "changed"
        if kind.endswith("_added"):
            how = "added"
        elif kind.endswith("_removed"):
            how = "removed"
        for item in items:
            path = (*prefix, *map(str, item.path(output_format="list")))
            one, other = (None if how == "added" else item.t1), item.t2
            yield Part(path, one, None if how == "removed" else other, how)


def _of_schedules(
    before: list[schedules.Schedule], after: list[schedules.Schedule]
) -> Iterator[Part]:
    live = {str(each["id"]): each for each in before}
    for schedule in after:
        path = ("schedules", str(schedule.get("slug") or schedule.get("id")))
        there = live.pop(str(schedule.get("id")), None)
        if there is None:
            yield Part(path, None, _shown(schedule), "added")
        elif not schedules.alike(there, schedule):
            yield from _nested(path, _shown(there), _shown(schedule))
    for gone in live.values():
        yield Part(
            ("schedules", str(gone.get("slug") or gone["id"])), _shown(gone), None, "removed"
        )


def _of_block(before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterator[Part]:
    """Key by key, and deeper only where no secret is: what compares values looks into all."""
    for name in sorted({*before, *after}):
        path, one, other = ("data", name), before.get(name), after.get(name)
        if name not in before:
            yield Part(path, None, other, "added")
        elif name not in after:
            yield Part(path, one, None, "removed")
        elif isinstance(one, Mapping) and isinstance(other, Mapping):
            yield from _nested(path, one, other)
        elif not equal(one, other):
            yield Part(path, one, other)


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}


def _shown(schedule: schedules.Schedule) -> dict[str, Json]:
    shown = {key: value for key, value in schedule.items() if key != "id" and value is not None}
    return {"timezone": "UTC", **shown}


def _attributed(part: Part, change: FieldChange) -> Part:
    """The part with its own cause, as far down as what was last applied is remembered."""
    place = _place(part, change)
    is_its_own = place.depth == len(part.path) - 1
    shared = change.cause in _ONE_CAUSE or place.before == place.after
    cause = change.cause if shared else cause_of(place)
    return replace(part, cause=cause, old=place.old if is_its_own else None)


def _place(part: Part, change: FieldChange) -> Place:
    place = Place(change.old, *(change.sides or (None, None)))
    for key in part.path[1:]:
        inside = place.inside()
        if key not in inside:
            return place
        place = inside[key]
    return place
