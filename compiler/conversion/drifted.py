"""What the server has moved, and a file should say: field by field."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from compiler.desired.address import Address
from compiler.desired.json import Json, mappings
from compiler.desired.patch import said_of
from compiler.desired.resources import Resource
from compiler.desired.secret import Secret
from compiler.diagnostics import Span
from compiler.diff.attribution import Place
from compiler.diff.change import Cause, FieldChange
from compiler.emit.blocks import value_said
from compiler.emit.braces import asks_server
from compiler.emit.one_field import keys_of, said
from compiler.emit.pen import Pen
from compiler.plan.action import Action, Create, Update
from compiler.source.locate import node_at
from compiler.source.nodes import Node, plain
from compiler.state.inventory import Inventory
from compiler.state.memory import same
from compiler.state.ownership import equal

_BY_WORKERS = frozenset({"job_variables", "pull_steps", "base_job_template", "data"})
_PLACES = frozenset({"work_pool_name", "work_queue_name"})
_OF_OPERATORS = frozenset({"slug", "active", "max_scheduled_runs"})
_MOVED_TOO = "the file has moved here too"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A field that a file should say otherwise: where it stands, what it says, what it should."""

    resource: Resource
    change: FieldChange
    node: Node
    was: Json
    value: Json


@dataclass(frozen=True, slots=True)
class Unwritten:
    """A field that moved and stays in the file as it is; `field` is None for the whole thing."""

    address: Address
    field: str | None
    at: Span
    reason: str


class _NotSaid(Exception):
    """A file cannot say it, or must not."""


def wishes(actions: Iterable[Action], nodes: Mapping[Span, Node]) -> Iterator[Wish | Unwritten]:
    """What is to be written, and what moved and cannot be.

    `nodes` are the entries of things, by the places of their names.
    """
    for action in actions:
        if isinstance(action, Create):
            at = action.resource.written_at
            yield Unwritten(action.address, None, at, "it is not there: the next apply makes it")
        if not isinstance(action, Update):
            continue
        for change in action.changes:
            if change.cause in {Cause.DRIFT, Cause.BOTH, Cause.UNKNOWN}:
                yield from _wish(action.resource, change, nodes)


def _wish(
    resource: Resource, change: FieldChange, nodes: Mapping[Span, Node]
) -> Iterator[Wish | Unwritten]:
    if change.field == "tags" and change.field not in resource.fields:
        return  # the stack's own tag is no word of the file
    try:
        node = _node(resource, change, nodes)
        was, value = _sides(resource, change, node)
    except _NotSaid as error:
        at = resource.span_of(change.field)
        yield Unwritten(resource.address, change.field, at, str(error))
        return
    if was != value:
        yield Wish(resource=resource, change=change, node=node, was=was, value=value)


def _node(resource: Resource, change: FieldChange, nodes: Mapping[Span, Node]) -> Node:
    name = change.field
    if change.cause is Cause.UNKNOWN:
        raise _NotSaid("nothing is remembered of it, so that the file may have moved")
    if name not in resource.where:
        raise _NotSaid("it comes from the flow's source")
    if name not in _BY_WORKERS and asks_server(change.after):
        raise _NotSaid("it refers to a variable or block")
    keys = keys_of("base_job_template_patch" if name in resource.partial else name)
    entry = nodes.get(resource.written_at)
    node = node_at(entry, keys) if entry is not None else None
    if node is None and name == "schedules" and entry is not None:
        node = node_at(entry, ("schedule",))
    if node is None:
        raise _NotSaid("its place in the file is not known")
    return node


def _sides(resource: Resource, change: FieldChange, node: Node) -> tuple[Json, Json]:
    """What the node says, and what it should, both in its own words."""
    written, name = plain(node), change.field
    pen = Pen(inventory=Inventory(things={}))
    if name == "schedules":
        value = _schedules(written, resource.address, change, pen)
    elif name == "data":
        value = _data(written, resource.address, change, pen)
    else:
        moved = _moved(change)
        if moved is None and name in _PLACES:
            raise _NotSaid("the deployment was taken out of its work pool")
        before = change.after
        if name in resource.partial:
            before, moved = resource.fields[name], said_of(moved, resource.fields[name])
        words = [said(resource.address, name, each, pen) for each in (before, moved)]
        value = _as_spelled(written, *words)
        if isinstance(written, dict) and name == "concurrency" and isinstance(value, int):
            value = {"limit": value}
    told = repr(written)
    if any(each in repr(value) and each not in told for each in _secrets(pen)):
        raise _NotSaid("it looks like a secret")
    return written, value


def _secrets(pen: Pen) -> Iterator[str]:
    yield from (f"{{{{ ${each.name} }}}}" for each in pen.secrets.left_out)
    yield from (f"{{{{ vars.{name} }}}}" for name in pen.secrets.inputs)


def _moved(change: FieldChange) -> Json:
    """The server's value; where the file has moved too, elsewhere in it, with what it moved."""
    if change.cause is Cause.DRIFT:
        return change.before
    assert change.sides is not None
    return _merged(Place(change.old, *change.sides), change.before, change.after)


def _merged(place: Place, before: Json, after: Json) -> Json:
    if place.before == place.after or same(place.old, place.before):
        return after
    if same(place.old, place.after):
        return before
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        raise _NotSaid(_MOVED_TOO)
    found: dict[str, Json] = {}
    for key, each in place.inside().items():
        is_files = each.before == each.after or same(each.old, each.before)
        if key in (after if is_files else before):
            found[key] = _merged(each, before.get(key), after.get(key))
        elif not is_files and not same(each.old, each.after):
            raise _NotSaid(_MOVED_TOO)
    return found


def _as_spelled(written: Json, was: Json, value: Json) -> Json:
    """The value, with the file's own spelling wherever nothing has moved."""
    if was == value:
        return written
    match written, was, value:
        case dict(), dict(), dict():
            return {
                key: _as_spelled(written[key], was.get(key), item) if key in written else item
                for key, item in value.items()
            }
        case list(), list(), list() if len(written) == len(was):
            return [written[was.index(item)] if item in was else item for item in value]
        case _:
            return value


def _data(written: Json, address: Address, change: FieldChange, pen: Pen) -> Json:
    """The file's data with what has moved in the block, as long as that is no secret."""
    if change.cause is not Cause.DRIFT:
        raise _NotSaid(_MOVED_TOO)
    own, before, after = (
        each if isinstance(each, Mapping) else {} for each in (written, change.before, change.after)
    )
    found: dict[str, Json] = {}
    for key, item in before.items():
        if key in own and key in after and equal(item, after[key]):
            found[key] = own[key]
        elif isinstance(item, Secret) or isinstance(after.get(key), Secret):
            raise _NotSaid(f"{key!r} is a secret")
        else:
            found[key] = value_said(item, address, key, pen)
    return found


def _schedules(written: Json, address: Address, change: FieldChange, pen: Pen) -> Json:
    """The file's schedules, each as the server has it; what it leaves open stays so."""
    if change.cause is not Cause.DRIFT:
        raise _NotSaid(_MOVED_TOO)
    own = [dict(each) for each in mappings([written] if isinstance(written, dict) else written)]
    wanted = list(mappings(change.after))
    if len(own) != len(wanted):
        raise _NotSaid("its place in the file is not known")
    live = {str(each["id"]): each for each in mappings(change.before)}
    found: list[Json] = []
    for one, full in zip(own, wanted, strict=True):
        there = live.pop(str(full.get("id")), None)
        if there is not None:
            found.append(_schedule(one, full, there, _entry(there, address, pen)))
    found += [_entry(each, address, pen) for each in live.values()]
    if isinstance(written, dict):
        return found[0] if len(found) == 1 else found
    return found


def _entry(schedule: Mapping[str, Json], address: Address, pen: Pen) -> dict[str, Json]:
    (entry,) = mappings(said(address, "schedules", [schedule], pen))
    return dict(entry)


def _schedule(
    own: Mapping[str, Json],
    wanted: Mapping[str, Json],
    live: Mapping[str, Json],
    entry: Mapping[str, Json],
) -> dict[str, Json]:
    """A schedule of the file with what the server says otherwise."""
    changed = {key for key in {*wanted, *live} if wanted.get(key) != live.get(key)} - {"id"}
    if (wanted.get("timezone") or "UTC") == (live.get("timezone") or "UTC"):
        changed.discard("timezone")
    given = {**entry, "active": live.get("active") is not False}
    kept = {
        key: given[key] if key in changed else item
        for key, item in own.items()
        if key not in changed or key in given
    }
    new = changed - own.keys() - _OF_OPERATORS
    return {**kept, **{key: item for key, item in entry.items() if key in new}}
