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

from collections.abc import Collection, Iterator, Mapping

from compiler.desired.json import Json
from compiler.diagnostics import Report, Rule, Severity
from compiler.entrypoints.read import Declared
from compiler.manifest.fitting import properties_of
from compiler.manifest.manifest import ParameterSet, parameters_of
from compiler.manifest.misspelt import misspelt
from compiler.source.locate import Step

RULE = Rule(code="DEP423", name="unknown-model-key", severity=Severity.WARNING, page=__doc__)
_ROOT = "#/definitions/"
_REFERENCES = frozenset({"__prefect_kind", "$ref"})


def check(declared: Declared, report: Report) -> None:
    """Report keys that a model would drop."""
    flow = declared.reading.flow if declared.reading is not None else None
    if flow is None:
        return
    definitions = _mapping(flow.parameter_schema.get("definitions"))
    types = properties_of(flow.parameter_schema)
    for part, name, value in parameters_of(declared.deployment):
        for path, keys, known in _models(value, types.get(name), definitions):
            _check_keys(part, ("parameters", name, *path), keys, known, report)


def _check_keys(
    part: ParameterSet,
    path: tuple[Step, ...],
    keys: Collection[str],
    known: Collection[str],
    report: Report,
) -> None:
    for name, near, fix in misspelt(part.node, path, keys, known):
        report.add(
            RULE,
            f"{name!r} is no field of the flow's type for {path[-1]!r}",
            part.key_at(*path, name),
            hint=f"did you mean {near!r}?" if near else f"it has {', '.join(known)}",
            fix=fix,
        )


def _models(
    value: Json, schema: Json, definitions: Mapping[str, Json]
) -> Iterator[tuple[tuple[Step, ...], Collection[str], Collection[str]]]:
    """Where a mapping is that a model is made of, its keys, and the keys of the model."""
    meant = _meant(schema, definitions)
    if isinstance(value, list):
        for place, item in enumerate(value):
            for path, keys, known in _models(item, meant.get("items"), definitions):
                yield (place, *path), keys, known
    if not isinstance(value, Mapping) or not _REFERENCES.isdisjoint(value):
        return
    fields = properties_of(meant)
    if fields and "additionalProperties" not in meant:
        yield (), value.keys(), fields.keys()
    for name, item in value.items():
        if name in fields:
            for path, keys, known in _models(item, fields[name], definitions):
                yield (name, *path), keys, known


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
