"""Compare one resource with what the server holds.  Pure; the only importer of `deepdiff`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from compiler.desired.address import Kind
from compiler.desired.json import Json
from compiler.desired.resources import Resource
from compiler.diff import parameters, schedules
from compiler.diff.change import FieldChange
from compiler.state.observed import Observed
from compiler.state.ownership import OWNED, Owned


def compare(resource: Resource, observed: Observed, *, mark: str) -> tuple[FieldChange, ...]:
    """What would have to change, in the order of the ownership table.

    A deployment also has to carry `mark`, the tag of its stack.
    """
    wanted = dict(resource.fields)
    if resource.address.kind is Kind.DEPLOYMENT:
        wanted["tags"] = marked(wanted.get("tags", observed.fields.get("tags")), mark)
    changes = (
        _change(owned, resource, wanted[owned.field], observed.fields.get(owned.field))
        for owned in OWNED[resource.address.kind]
        if owned.field in wanted
    )
    return tuple(change for change in changes if change is not None)


def marked(tags: Json, mark: str) -> list[Json]:
    """The tags with the stack's own at the end, once."""
    kept = [tag for tag in tags if tag != mark] if isinstance(tags, (list, tuple)) else []
    return [*kept, mark]


def _change(owned: Owned, resource: Resource, wanted: Json, before: Json) -> FieldChange | None:
    after = owned.settle(wanted, before)
    same = owned.same
    if owned.field == "schedules":
        after, same = schedules.settle(_schedules(wanted), _schedules(before)), schedules.same
    elif owned.field == "parameter_openapi_schema" and isinstance(wanted, Mapping):
        after = parameters.settle(wanted, resource.unknown_parameters, before)
    return None if same(before, after) else FieldChange(owned.field, before, after)


def _schedules(value: Json) -> list[Mapping[str, Json]]:
    listed = value if isinstance(value, (list, tuple)) else ()
    return [schedule for schedule in listed if isinstance(schedule, Mapping)]


@dataclass(frozen=True, slots=True)
class Part:
    """One place inside a value: `path` begins with the field; `absent` is no value at all."""

    path: str
    before: Json
    after: Json
    added: bool = False
    removed: bool = False


def parts(change: FieldChange) -> tuple[Part, ...]:
    """The places inside a change that differ, in path order."""
    if change.field == "schedules":
        return tuple(_schedule_parts(change))
    before, after = change.before, change.after
    if not (isinstance(before, Mapping) and isinstance(after, Mapping)):
        return (Part(change.field, before, after),)
    return tuple(sorted(_nested(change.field, before, after), key=lambda part: part.path))


def _nested(prefix: str, before: Json, after: Json) -> Iterator[Part]:
    from deepdiff import DeepDiff  # noqa: PLC0415  # slow to import, needed only for a nested change

    found = DeepDiff(before, after, view="tree", verbose_level=2, threshold_to_diff_deeper=0)
    for kind, items in found.items():
        for item in items:
            path = ".".join((prefix, *map(str, item.path(output_format="list"))))
            added, removed = kind.endswith("_added"), kind.endswith("_removed")
            yield Part(
                path,
                None if added else item.t1,
                None if removed else item.t2,
                added=added,
                removed=removed,
            )


def _schedule_parts(change: FieldChange) -> Iterator[Part]:
    live = {str(each["id"]): each for each in _schedules(change.before)}
    wanted = _schedules(change.after)
    for schedule in wanted:
        name = f"schedules[{schedule.get('slug') or schedule.get('id')}]"
        before = live.pop(str(schedule.get("id")), None)
        if before is None:
            yield Part(name, None, _shown(schedule), added=True)
        elif schedules.content(before) != schedules.content(schedule):
            yield from sorted(
                _nested(name, _shown(before), _shown(schedule)), key=lambda part: part.path
            )
    for gone in live.values():
        yield Part(f"schedules[{gone.get('slug') or gone['id']}]", _shown(gone), None, removed=True)


def _shown(schedule: Mapping[str, Json]) -> dict[str, Json]:
    shown = {key: value for key, value in schedule.items() if key != "id" and value is not None}
    return {"timezone": "UTC", **shown}
