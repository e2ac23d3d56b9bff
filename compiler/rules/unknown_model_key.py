"""A key that the flow's model does not have.

What it finds:
    A key inside a parameter whose type is a model, a dataclass or a `TypedDict`, that the type
    does not have.

Why it matters:
    Such types mostly drop what they do not know: the flow runs with the default instead, and
    nobody is told.

Example:
    # deploy.yaml
    deployments:
      - name: nightly
        entrypoint: flows/shop.py:etl
        parameters: {target: {tables: orders}}
    # flows/shop.py
    from prefect import flow
    from pydantic import BaseModel


    class Target(BaseModel):
        table: str = "all"


    @flow
    def etl(target: Target): ...

Use instead:
    # deploy.yaml
    deployments:
      - name: nightly
        entrypoint: flows/shop.py:etl
        parameters: {target: {table: orders}}
    # flows/shop.py
    from prefect import flow
    from pydantic import BaseModel


    class Target(BaseModel):
        table: str = "all"


    @flow
    def etl(target: Target): ...

Known limits:
    A type that allows other keys is left alone; one that forbids them is DEP405. So is a
    parameter that may be one of several models. A field with an alias is known by its alias.
"""

from collections.abc import Iterator, Mapping

from compiler.desired.json import Json
from compiler.diagnostics import Report, Rule, Severity
from compiler.diagnostics.spelling import nearest
from compiler.entrypoints.read import Declared
from compiler.manifest.manifest import Placed, parameter_sets
from compiler.manifest.model import Deployment, Schedule
from compiler.manifest.written import renamed
from compiler.source.locate import Step, node_at
from compiler.source.nodes import Mapping as MappingNode

RULE = Rule(code="DEP423", name="unknown-model-key", severity=Severity.WARNING, page=__doc__)
_ROOT = "#/definitions/"
_REFERENCES = frozenset({"__prefect_kind", "$ref"})


def check(declared: Declared, report: Report) -> None:
    """Report keys that a model would drop."""
    flow = declared.reading.flow if declared.reading is not None else None
    if flow is None:
        return
    definitions = _mapping(flow.parameter_schema.get("definitions"))
    properties = _mapping(flow.parameter_schema.get("properties"))
    for part in parameter_sets(declared.deployment):
        for name, value in (part.value.parameters or {}).items():
            for path, known in _unknown(value, properties.get(name), definitions):
                _add(part, ("parameters", name, *path), known, report)


def _add(
    part: Placed[Deployment] | Placed[Schedule],
    path: tuple[Step, ...],
    known: tuple[str, ...],
    report: Report,
) -> None:
    name = str(path[-1])
    near = nearest(name, known)
    around = node_at(part.node, path[:-1])
    key = around.key(name) if isinstance(around, MappingNode) else None
    report.add(
        RULE,
        f"{name!r} is no field of the flow's type for {path[-2]!r}",
        part.key_at(*path),
        hint=f"did you mean {near[0]!r}?" if near else f"it has {', '.join(known)}",
        fix=renamed(key, near[0]) if near else None,
    )


def _unknown(
    value: Json, schema: Json, definitions: Mapping[str, Json]
) -> Iterator[tuple[tuple[Step, ...], tuple[str, ...]]]:
    """Where a key is that its model lacks, and which keys that model has."""
    meant = _meant(schema, definitions)
    if isinstance(value, list):
        for place, item in enumerate(value):
            for path, known in _unknown(item, meant.get("items"), definitions):
                yield (place, *path), known
    if not isinstance(value, Mapping) or not _REFERENCES.isdisjoint(value):
        return
    fields = _mapping(meant.get("properties"))
    for name, item in value.items():
        if name in fields:
            for path, known in _unknown(item, fields[name], definitions):
                yield (name, *path), known
        elif fields and "additionalProperties" not in meant:
            yield (name,), tuple(fields)


def _meant(schema: Json, definitions: Mapping[str, Json]) -> Mapping[str, Json]:
    """The schema itself, what it refers to, or its only alternative that is not null."""
    if not isinstance(schema, Mapping):
        return {}
    choices = schema.get("anyOf")
    if isinstance(choices, list):
        others = [one for one in choices if one != {"type": "null"}]
        return _meant(others[0], definitions) if len(others) == 1 else {}
    reference = schema.get("$ref")
    if isinstance(reference, str):
        return _meant(definitions.get(reference.removeprefix(_ROOT)), definitions)
    return schema


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}
