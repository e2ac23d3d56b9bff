"""Compare one resource with what the server holds, and with what was last applied.  Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from compiler.desired.address import Kind
from compiler.desired.json import Json, mappings
from compiler.desired.resources import Resource
from compiler.diff import parameters, schedules
from compiler.diff.attribution import LastApplied, Place, cause_of, memory_of_field
from compiler.diff.change import Cause, FieldChange
from compiler.diff.ignoring import Path, kept
from compiler.state import clearing
from compiler.state.memory import Memory
from compiler.state.observed import Observed
from compiler.state.ownership import OWNED, Left, Owned


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a comparison knows besides the two sides.

    `mark` is the tag of the stack, which a deployment has to carry; `last` what is
    remembered of the thing, None if nothing; `templates` the job templates that the
    server offers, by pool type; `version` the server's, None if it is not known.
    """

    mark: str
    last: LastApplied | None = None
    templates: Mapping[str, Json] = field(default_factory=dict)
    version: str | None = None


def compare(resource: Resource, observed: Observed, known: Known) -> tuple[FieldChange, ...]:
    """What would have to change, in the order of the ownership table.

    What this server does not clear is no change beyond what it will hold instead.
    """
    wanted = dict(wanted_fields(resource, observed, known))
    for row in clearing.kept(resource.address.kind, wanted, observed.fields, known.version):
        wanted[row.field] = row.held(observed.fields.get(row.field))
    changes = (
        _change(owned, resource, wanted, observed, known)
        for owned in OWNED[resource.address.kind]
        if owned.field in wanted
    )
    return tuple(change for change in changes if change is not None)


def wanted_fields(resource: Resource, observed: Observed, known: Known) -> Mapping[str, Json]:
    """What the file gives, and what takes the place of what has left it.

    The stack's tag has to be there also where tags are left to the server.
    """
    ignored = {path[0] for path in resource.ignored if len(path) == 1}
    given = {**_left(resource, observed, known), **resource.fields}
    wanted = {name: value for name, value in given.items() if name not in ignored}
    if resource.address.kind is Kind.DEPLOYMENT:
        tags = wanted.get("tags", observed.fields.get("tags"))
        wanted["tags"] = marked(tags, known.mark)
    return wanted


def _left(resource: Resource, observed: Observed, known: Known) -> dict[str, Json]:
    """The values that take the place of those that we wrote and the file no longer gives."""
    names = known.last.names - resource.fields.keys() if known.last is not None else frozenset()
    found: dict[str, Json] = {}
    for owned in OWNED[resource.address.kind]:
        if owned.field not in names:
            continue
        match owned.left:
            case Left.STAYS:
                continue
            case Left.DEFAULT_QUEUE:
                pool = {**found, **resource.fields}.get(
                    "work_pool_name", observed.fields.get("work_pool_name")
                )
                found[owned.field] = None if pool is None else "default"
            case Left.DEFAULT_STEPS:
                if "pull_steps" in resource.riding:
                    found[owned.field] = resource.riding["pull_steps"].value
            case Left.TYPES_TEMPLATE:
                kind = str(resource.fields.get("type", observed.fields.get("type")))
                if kind in known.templates:
                    found[owned.field] = known.templates[kind]
            case value:
                found[owned.field] = value
    return found


def marked(tags: Json, mark: str) -> list[Json]:
    """The tags with the stack's own at the end, once."""
    kept = [tag for tag in tags if tag != mark] if isinstance(tags, (list, tuple)) else []
    return [*kept, mark]


def _change(
    owned: Owned,
    resource: Resource,
    wanted: Mapping[str, Json],
    observed: Observed,
    known: Known,
) -> FieldChange | None:
    name, before = owned.field, observed.fields.get(owned.field)
    after = kept(_settled(owned, resource, wanted[name], before), before, _ignored(resource, name))
    if agree(owned, before, after):
        return None
    was = memory_of_field(name, before, resource)
    old = known.last.memory(name, was) if known.last is not None else None
    sides = (was, memory_of_field(name, after, resource))
    return FieldChange(
        name, before, after, _cause(name, resource, known.last, old, sides), old, sides
    )


def agree(owned: Owned, one: Json, other: Json) -> bool:
    """Whether two values of a field are the same; schedules are known by their ids."""
    same = schedules.same if owned.field == "schedules" else owned.same
    return same(one, other)


def _settled(owned: Owned, resource: Resource, wanted: Json, before: Json) -> Json:
    if owned.field == "schedules":
        return schedules.settle(mappings(wanted), mappings(before))
    if owned.field == "parameter_openapi_schema" and isinstance(wanted, Mapping):
        return parameters.settle(wanted, resource.unknown_parameters, before)
    return owned.settle(wanted, before)


def _ignored(resource: Resource, name: str) -> tuple[Path, ...]:
    return tuple(path[1:] for path in resource.ignored if path[0] == name and len(path) > 1)


def _cause(
    name: str,
    resource: Resource,
    last: LastApplied | None,
    old: Memory | None,
    sides: tuple[Memory, Memory],
) -> Cause:
    """`sides` are the memories of what is there and of what shall be."""
    if last is None:
        return Cause.UNKNOWN
    if name not in resource.fields:
        return Cause.LEFT if name in last.names else Cause.DRIFT  # the stack's own tag
    if name not in last.names:
        return Cause.CHANGE  # newly written: what the server has was nobody's word
    return Cause.UNKNOWN if old is None else cause_of(Place(old, *sides))
