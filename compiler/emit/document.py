"""A whole file, or one for each flow and one that includes them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from compiler.desired.address import Address, Kind
from compiler.desired.block_secrets import blocks_in
from compiler.desired.json import Json
from compiler.diagnostics import Position
from compiler.emit.automations import is_trigger, trigger_addresses
from compiler.emit.every import FORMS, INSIDE
from compiler.emit.pen import Pen
from compiler.emit.pools import queues_of
from compiler.emit.things import Entry
from compiler.source import nodes
from compiler.source.edit import node_of
from compiler.source.nodes import Node, Scalar
from compiler.source.yaml_writer import write

_QUEUE_FIELDS = {"paused": "is_paused"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The content of a file: what stands in front, and the entries of each list with what they are.

    `inside` are the things whose entries stand inside that of another one: queues in their
    pool's, triggers in their deployment's.  `secrets` are the templates in place of secrets.
    """

    head: Mapping[str, Json]
    entries: Mapping[str, Sequence[tuple[Address, Entry]]]
    inside: Mapping[Address, tuple[Address, ...]]
    secrets: frozenset[str]


def document(stack: str, pen: Pen) -> Document:
    """All that is being exported, in the order in which it would be made."""
    things = pen.inventory.things
    entries: dict[str, list[tuple[Address, Entry]]] = {}
    for kind, form in FORMS.items():
        found = sorted(each for each in pen.exported if each.kind is kind and is_written(each))
        if found:
            entries[form.section] = [(each, form.entry(each, things[each], pen)) for each in found]
    section = FORMS[Kind.DEPLOYMENT].section
    pull, entries[section] = _hoisted(entries.get(section, []))
    head: dict[str, Json] = {"stack": stack, **_external(pen)}
    if pen.secrets.inputs:
        head["vars"] = pen.secrets.inputs
    return Document(
        head={**head, **pull},
        entries={name: some for name, some in entries.items() if some},
        inside={each: _inside(each, pen) for each in pen.exported},
        secrets=frozenset(
            {f"{{{{ ${each.name} }}}}" for each in pen.secrets.left_out}
            | {f"{{{{ vars.{name} }}}}" for name in pen.secrets.inputs}
        ),
    )


def _inside(address: Address, pen: Pen) -> tuple[Address, ...]:
    match address.kind:
        case Kind.WORK_POOL:
            return queues_of(address, pen)
        case Kind.DEPLOYMENT:
            return trigger_addresses(address, pen)
        case _:
            return ()


def _hoisted(
    deployments: list[tuple[Address, Entry]],
) -> tuple[dict[str, Json], list[tuple[Address, Entry]]]:
    """Pull steps that most deployments share, to stand once; not where one gives none."""
    given = [entry["pull"] for _, entry in deployments if "pull" in entry]
    if len(given) < len(deployments) or not given:
        return {}, deployments
    (most, count), *_ = Counter(map(repr, given)).most_common(1)
    shared = next(each for each in given if repr(each) == most)
    if count == 1:
        return {}, deployments
    return {"pull": shared}, [
        (address, {key: item for key, item in entry.items() if key != "pull" or item != shared})
        for address, entry in deployments
    ]


def _external(pen: Pen) -> dict[str, Json]:
    """Pools that deployments run in, blocks that others refer to, and another owner keeps."""
    things = pen.inventory.things
    deployments = (each for each in pen.exported if each.kind is Kind.DEPLOYMENT)
    used = {things[each].fields.get("work_pool_name") for each in deployments}
    declared = {each.name for each in pen.exported if each.kind is Kind.WORK_POOL}
    missing: dict[str, Json] = {
        "work_pools": sorted(str(name) for name in used - declared - {None}),
        "blocks": _blocks_of_others(pen),
    }
    named = {key: names for key, names in missing.items() if names}
    return {"external": named} if named else {}


def _blocks_of_others(pen: Pen) -> list[str]:
    """Blocks that blocks refer to and that are not among them."""
    ours = [each for each in pen.exported if each.kind is Kind.BLOCK]
    data = [
        pen.inventory.things[each].fields.get("data") for each in ours if pen.says(each, "data")
    ]
    used = {path for each in data for path in blocks_in(each).values()}
    return sorted(used - {"/".join(each.path) for each in ours})


def whole_text(content: Document, header: Iterable[str] = ()) -> str:
    """One file; `header` are lines of comment."""
    lists = {name: [entry for _, entry in some] for name, some in content.entries.items()}
    return _text(header, {**content.head, **lists}, content)


def split_texts(
    content: Document, header: Iterable[str], names: Mapping[str, str]
) -> dict[str, str]:
    """A file for each flow, by the names of `names`, and `deploy.yaml`, which includes them."""
    section = FORMS[Kind.DEPLOYMENT].section
    flows: dict[str, list[Json]] = {}
    for address, entry in content.entries.get(section, ()):
        flows.setdefault(address.path[0], []).append(entry)
    head: dict[str, Json] = {}
    for key, value in content.head.items():
        head[key] = value
        if key == "stack" and flows:
            head["include"] = [names[flow] for flow in flows]
    others = {
        name: [entry for _, entry in some]
        for name, some in content.entries.items()
        if name != section
    }
    root = _text(header, {**head, **others}, content)
    files = {names[flow]: _text((), {section: some}, content) for flow, some in flows.items()}
    return {"deploy.yaml": root, **files}


def _text(header: Iterable[str], value: Mapping[str, Json], content: Document) -> str:
    comments = "".join(f"# {line}".rstrip() + "\n" for line in header)

    def note(node: Node) -> str:
        is_secret = isinstance(node, Scalar) and node.value in content.secrets
        return "a secret, which was left out" if is_secret else ""

    return "\n".join(filter(None, (comments, write(node_of(value), note))))


@dataclass(frozen=True, slots=True)
class Meant:
    """What a place in the file is about; `field` is None where it is the thing itself."""

    address: Address
    field: str | None


def meant_at(root: Node, at: Position, content: Document) -> Meant | None:
    """What stands at a place of the file that `whole_text` makes; None where it is the head."""
    path = list(_path(root, at))
    if len(path) < 2 or not isinstance(path[1], int) or path[0] not in content.entries:
        return None
    address, _ = content.entries[str(path[0])][path[1]]
    inside = path[2:]
    if inside[:1] == ["work_queues"] and len(inside) > 1 and isinstance(inside[1], int):
        inner = [step for step in inside[2:] if isinstance(step, str)]
        name = None if not inner or inner[0] == "name" else _QUEUE_FIELDS.get(inner[0], inner[0])
        return Meant(content.inside[address][inside[1]], name)
    if inside[:1] == ["triggers"] and len(inside) > 1 and isinstance(inside[1], int):
        return Meant(content.inside[address][inside[1]], None)
    keys = tuple(step for step in inside if isinstance(step, str))
    return Meant(address, FORMS[address.kind].field_of(keys))


def _path(node: Node, at: Position) -> Iterator[str | int]:
    """The keys and places that lead to what stands there."""
    steps: Iterable[tuple[str | int, Position, Node]] = ()
    if isinstance(node, nodes.Mapping):
        steps = ((str(key.value), key.span.start, item) for key, item in node.entries)
    elif isinstance(node, nodes.Sequence):
        steps = ((place, item.span.start, item) for place, item in enumerate(node.items))
    found = None
    for step, start, item in steps:
        if start <= at:
            found = (step, item)
    if found is not None:
        yield found[0]
        yield from _path(found[1], at)


def is_written(address: Address) -> bool:
    """Whether the thing is an entry by itself, and not a part of another one."""
    return address.kind not in INSIDE and not is_trigger(address)
