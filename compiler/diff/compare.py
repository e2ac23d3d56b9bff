"""Compare one resource with what the server holds, and with what was last applied.  Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from compiler.desired.json import Json, mappings
from compiler.desired.patch import patched, put_back, said_of, unsaid
from compiler.desired.resources import Resource
from compiler.diff import blocks, parameters, schedules
from compiler.diff.attribution import (
    DEPTH_OF_A_PATCH,
    LastApplied,
    Place,
    cause_of,
    memory_of_field,
)
from compiler.diff.change import Cause, FieldChange
from compiler.diff.ignoring import Path, kept
from compiler.diff.unbuilt import stand_in
from compiler.state import clearing
from compiler.state.memory import Memory, memory_of, same
from compiler.state.observed import MARKED, Observed
from compiler.state.ownership import OWNED, Left, Owned


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a comparison knows besides the two sides.

    `mark` is the tag of the stack, which its deployments and automations carry; `last` what is
    remembered of the thing, None if nothing; `templates` the job templates that the
    server offers, by pool type; `version` the server's, None if it is not known; `is_written`
    says that all that is wanted was just written.
    """

    mark: str
    last: LastApplied | None = None
    templates: Mapping[str, Json] = field(default_factory=dict)
    version: str | None = None
    is_written: bool = False


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
    if resource.address.kind in MARKED:
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
                template = _types_template(resource, observed, known)
                if template is not None:
                    found[owned.field] = template
            case value:
                found[owned.field] = value
    return found


def _types_template(resource: Resource, observed: Observed, known: Known) -> Json:
    """The template that the server offers for the pool's type; None if it was not asked for."""
    return known.templates.get(str(resource.fields.get("type", observed.fields.get("type"))))


def _laid_over(resource: Resource, patch: Json, observed: Observed, known: Known) -> Json:
    """A job template with what the file says of it.

    What an earlier file said and this one does not goes back to what the pool's type has; so
    does the whole where an earlier file gave the whole.
    """
    under = observed.fields.get("base_job_template")
    old = known.last.applied.get("base_job_template") if known.last is not None else None
    original = _types_template(resource, observed, known)
    if original is not None and isinstance(old, str):
        under = original
    if original is not None and isinstance(old, Mapping):
        for path in unsaid(old, patch):
            under = put_back(under, original, path)
    return patched(under, patch)


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
    after = _after(owned, resource, wanted[name], observed, known)
    if agree(owned, before, after):
        return None
    old = _old(owned, resource, before, known.last)
    sides = (memory_of_field(name, before, resource), memory_of_field(name, after, resource))
    return FieldChange(
        name, before, after, _cause(name, resource, known.last, old, sides), old, sides
    )


def _after(
    owned: Owned, resource: Resource, wanted: Json, observed: Observed, known: Known
) -> Json:
    """What the field shall be: as it is, wherever that says the same."""
    name, before = owned.field, observed.fields.get(owned.field)
    if name in resource.partial and name in resource.fields:
        after = _laid_over(resource, wanted, observed, known)
    else:
        settled = _settled(owned, resource, wanted, before)
        if name == "data":
            old = _old(owned, resource, before, known.last)
            settled = blocks.settle(settled, before, old, is_written=known.is_written)
        after = kept(settled, before, _ignored(resource, name))
    return stand_in(after, before, _within(resource.unbuilt.paths, name))


def _old(owned: Owned, resource: Resource, before: Json, last: LastApplied | None) -> Memory | None:
    """What is remembered of a field, in the form in which it is given now."""
    if last is None:
        return None
    was = memory_of_field(owned.field, before, resource)
    old = last.memory(owned.field, was)
    if owned.field in resource.partial:
        if isinstance(old, str) and same(memory_of(before, depth=0), old):
            return was
        return _of_what_was_said(old, was)
    if isinstance(old, Mapping) and owned.is_opaque:
        as_then = memory_of(said_of(before, old), depth=DEPTH_OF_A_PATCH)
        return was if same(as_then, old) else old
    return old


def _of_what_was_said(old: Memory | None, was: Memory) -> Memory | None:
    """The memory of a patch as of one that spoke of the same: of what it did not, as it is now."""
    if not isinstance(old, Mapping) or not isinstance(was, Mapping):
        return old
    return {
        key: _of_what_was_said(old[key], each) or each if key in old else each
        for key, each in was.items()
    }


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
    return tuple(path for path in _within(resource.ignored, name) if path)


def _within(paths: tuple[Path, ...], name: str) -> tuple[Path, ...]:
    return tuple(path[1:] for path in paths if path[0] == name)


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
    if name not in last.names or (name in resource.partial and same(*sides)):
        return Cause.CHANGE  # newly written: what the server has was nobody's word
    return Cause.UNKNOWN if old is None else cause_of(Place(old, *sides))
