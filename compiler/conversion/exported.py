"""What a server holds as a file that means exactly that, or says what it leaves out.

Each text is compiled, and what comes of it is compared with the server: a field that a file
cannot give, that a rule refuses, or that would come back as something else, is taken out again
and listed.  So what is written validates, and its first plan is empty.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from compiler.desired.address import Address, Kind
from compiler.desired.json import Json
from compiler.desired.naming import ACTIONS, ids_of
from compiler.desired.resources import MARK, Resource, unmarked
from compiler.desired.secret import Secret
from compiler.diagnostics import Report, Severity
from compiler.diff.compare import Known, compare, marked
from compiler.emit.automations import is_trigger
from compiler.emit.braces import asks_server
from compiler.emit.document import Document, document, is_written, meant_at, whole_text
from compiler.emit.pen import Pen
from compiler.emit.secrets import LeftOut
from compiler.pipeline import Compilation, Request, compile_project
from compiler.plan.block_fit import check_data
from compiler.source.nodes import Node
from compiler.source.sources import Sources
from compiler.source.yaml_loader import load
from compiler.state.inventory import Inventory
from compiler.state.observed import MARKED, Observed
from compiler.state.ownership import OWNED, equal

_FILE = "deploy.yaml"
_FOR_WORKERS = frozenset({"pull_steps", "job_variables", "base_job_template", "data"})
_SCHEMA = "parameter_openapi_schema"
_ALL = frozenset(
    {*(each.field for each in OWNED[Kind.DEPLOYMENT]), "labels", "work_pool", "triggers"}
)
_SAYS_OTHERWISE = "the code that is here says otherwise, and a plan shows it"
_WITH_CODE = "it comes with the code, which is not here"
_FROM_SERVER = "it refers to a variable or block, which a plan would fill in"


@dataclass(frozen=True, slots=True)
class Left:
    """Something that the file does not say, and why; `field` is None for the whole thing."""

    address: Address
    field: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What is to be written, what it leaves out, and the secrets that have to be given."""

    content: Document
    left: tuple[Left, ...]
    secrets: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """What is written so far: what of it, and what of that not."""

    stack: str
    inventory: Inventory
    exported: frozenset[Address]
    unsaid: Mapping[Address, frozenset[str]] = field(default_factory=dict)
    left: tuple[Left, ...] = ()

    def without(self, left: Left) -> "_Draft":
        """The draft without a field; without the thing where it has no other way."""
        address, name = left.address, left.field
        known = self.unsaid.get(address, frozenset())
        if address.kind is Kind.WORK_QUEUE and name is None:
            name = "name"  # a queue is a part of its pool
        elif is_trigger(address):
            name, left = "name", replace(left, field=None)  # as a trigger is of its deployment
        elif name is None or name in known:
            return replace(
                self,
                exported=self.exported - {address},
                left=(*self.left, replace(left, field=None)),
            )
        unsaid = {**self.unsaid, address: known | {name}}
        return replace(self, unsaid=unsaid, left=(*self.left, left))

    def quiet(self, names: Mapping[Address, frozenset[str]]) -> "_Draft":
        """The draft without fields that need not be said."""
        unsaid = {
            address: names.get(address, frozenset()) | self.unsaid.get(address, frozenset())
            for address in {*names, *self.unsaid}
        }
        return replace(self, unsaid=unsaid)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tried:
    """A text, and what the compiler makes of it."""

    content: Document
    root: Node | None
    compiled: Compilation
    secrets: tuple[LeftOut, ...]


def export(
    inventory: Inventory, exported: frozenset[Address], stack: str, request: Request
) -> Exported:
    """The things of an inventory as files of this stack.

    `request` names the folder that the files will lie in, and what stands for its code.
    """
    things = frozenset(filter(is_written, exported))
    draft = _Draft(stack=stack, inventory=inventory, exported=things)
    for address in sorted(exported & inventory.alike.keys()):
        reason = f"{inventory.alike[address]} automations have this name, and none of them a stack"
        draft = draft.without(Left(address, None, reason))
    things = draft.exported
    code = _code(draft, request)
    draft = draft.quiet({each: _given(code.get(each), inventory.things[each]) for each in things})
    draft, tried = _fitted(draft, request)
    desired = tried.compiled.desired
    known = {each.address: each for each in desired.resources} if desired is not None else {}
    return Exported(
        content=tried.content,
        left=tuple(dict.fromkeys((*draft.left, *_unsaid(draft, known)))),
        secrets=tried.secrets,
    )


def _try(draft: _Draft, request: Request) -> _Tried:
    pen = Pen(inventory=draft.inventory, exported=draft.exported, unsaid=draft.unsaid)
    content = document(draft.stack, pen)
    text = whole_text(content)
    path = Path(request.files[0], _FILE)
    sources = Sources(request.base)
    sources.give(path, text.encode())
    secrets = pen.secrets.left_out
    environ = {each.name: each.value for each in secrets}
    asked = replace(request, files=(path,), environ=environ, stack=draft.stack)
    return _Tried(
        content=content,
        root=load(text, file=sources.name(path), report=Report()),
        compiled=compile_project(asked, sources),
        secrets=secrets,
    )


def _code(draft: _Draft, request: Request) -> Mapping[Address, Resource]:
    """What the sources that are here give to each deployment whose entrypoint leads to one."""
    deployments = {each for each in draft.exported if each.kind is Kind.DEPLOYMENT}
    bare = replace(
        draft,
        exported=frozenset(deployments),
        unsaid={each: _ALL - {"entrypoint"} for each in deployments},
    )
    _, tried = _fitted(bare, request, compares=False)
    desired = tried.compiled.desired
    return {each.address: each for each in desired.resources} if desired is not None else {}


def _given(code: Resource | None, thing: Observed) -> frozenset[str]:
    """The fields that have no need to be said, since they are the same without."""
    if code is None:
        return frozenset()
    values: dict[str, Json] = {name: each.value for name, each in code.riding.items()}
    if "description" in code.fields:
        values["description"] = code.fields["description"]
    fields = thing.fields
    return frozenset(name for name in values if equal(values[name], fields.get(name)))


def _fitted(draft: _Draft, request: Request, *, compares: bool = True) -> tuple[_Draft, _Tried]:
    """The draft without all that a file cannot say.  Each round takes something out, so it ends."""
    while True:
        tried = _try(draft, request)
        wrong = tuple(_refused(tried))
        if not wrong and compares:
            wrong = tuple(_come_back_otherwise(draft, tried))
        if not wrong:
            return draft, tried
        for left in dict.fromkeys(wrong):
            draft = draft.without(left)


def _refused(tried: _Tried) -> Iterator[Left]:
    """What the compiler does not take."""
    for found in tried.compiled.report:
        if found.severity is not Severity.ERROR:
            continue
        assert found.at is not None, found.message
        assert tried.root is not None, found.message
        meant = meant_at(tried.root, found.at.start, tried.content)
        assert meant is not None, found.message
        yield Left(meant.address, meant.field, found.message)


def _come_back_otherwise(draft: _Draft, tried: _Tried) -> Iterator[Left]:
    """What would be changed, or filled in, by a plan of the file."""
    assert tried.compiled.desired is not None
    for resource in tried.compiled.desired.resources:
        thing = draft.inventory.things.get(resource.address)
        if thing is None:
            yield from _of_another_flow(draft, resource)
            continue
        for name, value in resource.fields.items():
            if name in resource.where and name not in _FOR_WORKERS and asks_server(value):
                yield Left(resource.address, name, _FROM_SERVER)
        for name in _changes(draft, resource, thing):
            if name in resource.where:
                yield Left(resource.address, name, "a file cannot give this value")
        yield from _unfit(resource, thing, draft.inventory.schemas)


def _unfit(
    resource: Resource, thing: Observed, schemas: Mapping[str, Mapping[str, Json]]
) -> Iterator[Left]:
    """What a plan would have against a block, which the server takes as it comes."""
    schema = schemas.get(resource.address.path[0])
    if resource.address.kind is not Kind.BLOCK or schema is None:
        return
    found, data = Report(), {**_data(resource), **_secrets_in(thing)}
    check_data(replace(resource, fields={**resource.fields, "data": data}), schema, found)
    for each in found:
        if each.severity is Severity.ERROR:
            yield Left(resource.address, None, each.message)


def _secrets_in(thing: Observed) -> dict[str, Json]:
    """The values of a block that are out of sight, as if none of them had been told."""
    withheld = Secret(None, is_withheld=True)
    return {name: withheld for name, value in _data(thing).items() if isinstance(value, Secret)}


def _data(of: Resource | Observed) -> Mapping[str, Json]:
    data = of.fields.get("data")
    return data if isinstance(data, Mapping) else {}


def _of_another_flow(draft: _Draft, resource: Resource) -> Iterator[Left]:
    """An entrypoint whose source calls the flow otherwise than the server does."""
    if resource.address.kind is not Kind.DEPLOYMENT:
        return
    flow, name = resource.address.path
    reason = f"the source that is here calls its flow {flow!r}"
    entrypoint = resource.fields.get("entrypoint")
    for address in draft.exported:
        fields = draft.inventory.things[address].fields
        if (
            address.kind is Kind.DEPLOYMENT
            and address.name == name
            and fields.get("entrypoint") == entrypoint
            and draft.inventory.things.get(resource.address) is None
        ):
            yield Left(address, "entrypoint", reason)


def _changes(draft: _Draft, resource: Resource, thing: Observed) -> Iterator[str]:
    mark = f"{MARK}{draft.stack}"
    if resource.address.kind in MARKED:
        tags = marked(unmarked(thing.fields.get("tags")), mark)
        thing = replace(thing, fields={**thing.fields, "tags": tags})
    if resource.address.kind is Kind.BLOCK:  # what is a secret there the environment gives here
        given = {
            name: _data(resource)[name] for name in _secrets_in(thing) if name in _data(resource)
        }
        thing = replace(thing, fields={"data": {**_data(thing), **given}})
    known = Known(mark=mark, templates=draft.inventory.templates)
    yield from (change.field for change in compare(resource, thing, known))


def _unsaid(draft: _Draft, code: Mapping[Address, Resource]) -> Iterator[Left]:
    """What is lost although the file is as it should be."""
    inventory = draft.inventory
    for address in sorted(draft.exported):
        thing = inventory.things[address]
        for reason in inventory.unsaid.get(address, ()):
            yield Left(address, None, reason)
        own_queue = inventory.default_queues.get(address.name, "default")
        if address.kind is Kind.WORK_POOL and own_queue != "default":
            yield Left(address, None, f"that its own queue is called {own_queue!r}")
        if address.kind is Kind.DEPLOYMENT:
            yield from _of_code(draft, code.get(address), address, thing)
    for address in (each for each in sorted(code) if each.kind is Kind.AUTOMATION):
        for name in ("trigger", *ACTIONS):
            for id in ids_of({name: inventory.things[address].fields.get(name)}):
                yield Left(address, name, f"what {id} is called, so that its id stands there")


def _of_code(
    draft: _Draft, code: Resource | None, address: Address, thing: Observed
) -> Iterator[Left]:
    """What would have to come from sources."""
    if code is None:
        return
    for name in _changes(draft, code, thing):
        yield Left(address, name, _SAYS_OTHERWISE)
    schema = thing.fields.get(_SCHEMA)
    if _SCHEMA not in code.fields and isinstance(schema, Mapping) and schema.get("properties"):
        yield Left(address, _SCHEMA, _WITH_CODE)
