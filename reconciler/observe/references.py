"""Fill in what files leave to the server: `{{ prefect.variables.x }}`, `{{ prefect.blocks.t.n }}`.

Workers do this themselves for `pull_steps` and `job_variables`, so these keep their
templates; everywhere else the value has to be known before it can be compared.

Source: prefect.utilities.templating, which `prefect deploy` uses for the same.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from compiler.desired.json import Json, texts
from compiler.desired.resources import DesiredState, Resource
from compiler.diagnostics import Report, Span
from compiler.diagnostics.pages import secret_block, unknown_reference
from reconciler.api.client import PrefectClient

_REFERENCE = re.compile(r"\{\{\s*prefect\.(?P<kind>variables|blocks)\.(?P<path>[\w.-]+)\s*\}\}")
_BY_WORKERS = frozenset({"pull_steps", "job_variables", "base_job_template"})
_OF_BLOCKS = frozenset({"data"})  # what looks like a template there is none of ours
_HIDDEN = "********"


@dataclass(frozen=True, slots=True)
class Reference:
    """A variable or block by its path: `name`, or `type.name` and what to take of it."""

    kind: str
    path: str

    def __str__(self) -> str:
        return f"prefect.{self.kind}.{self.path}"


@dataclass(frozen=True, slots=True)
class Found:
    """A value on the server."""

    value: Json


async def fill_in(desired: DesiredState, client: PrefectClient, report: Report) -> DesiredState:
    """The same state without references; one that leads nowhere is reported and stays.

    Each variable and block is asked for once, and nothing where there are no references.

    Raises:
        ApiError: the server could not be read.
    """
    wanted = {reference for reference, _ in _uses(desired)}
    if not wanted:
        return desired
    ordered = sorted(wanted, key=str)
    values = {reference: await _value(reference, client) for reference in ordered}
    _report_missing(desired, values, report)
    return replace(
        desired,
        resources=tuple(_filled(resource, values) for resource in desired.resources),
        pool_uses=tuple(
            replace(use, pool=str(_text(use.pool, values))) for use in desired.pool_uses
        ),
    )


def _open_fields(resource: Resource) -> Mapping[str, Json]:
    return {
        name: value
        for name, value in resource.fields.items()
        if name not in _BY_WORKERS | _OF_BLOCKS
    }


def _references(value: Json) -> Iterator[Reference]:
    match value:
        case str():
            yield from (Reference(one["kind"], one["path"]) for one in _REFERENCE.finditer(value))
        case Mapping():
            yield from (found for item in value.values() for found in _references(item))
        case list() | tuple():
            yield from (found for item in value for found in _references(item))
        case _:
            return


async def _value(reference: Reference, client: PrefectClient) -> Found | None:
    if reference.kind == "variables":
        variable = await client.variable(reference.path)
        return None if variable is None else Found(variable.value)
    type_slug, _, rest = reference.path.partition(".")
    name, _, inner = rest.partition(".")
    document = await client.block_document(type_slug, name) if name else None
    return None if document is None else _inside(document.data, inner)


def _inside(data: Json, path: str) -> Found | None:
    """What a path leads to; a block that only holds a `value` stands for that value."""
    only = data.get("value") if isinstance(data, Mapping) and set(data) == {"value"} else None
    if only is not None and path.partition(".")[0] != "value":
        data = only
    for step in filter(None, path.split(".")):
        if not isinstance(data, Mapping) or step not in data:
            return None
        data = data[step]
    return Found(data)


def _report_missing(
    desired: DesiredState, values: Mapping[Reference, Found | None], report: Report
) -> None:
    for reference, at in _uses(desired):
        found = values[reference]
        if found is None:
            message = f"the server has no '{reference}'"
            hint = "make it on the server, or write a value"
            report.add(unknown_reference.RULE, message, at, hint=hint)
        elif _HIDDEN in texts(found.value):
            message = f"'{reference}' holds a secret, which would be stored in clear"
            hint = "a secret may stand in 'job_variables' and 'pull'"
            report.add(secret_block.RULE, message, at, hint=hint)


def _uses(desired: DesiredState) -> Iterator[tuple[Reference, Span]]:
    for resource in desired.resources:
        for name, value in _open_fields(resource).items():
            yield from ((found, resource.span_of(name)) for found in _references(value))


def _filled(resource: Resource, values: Mapping[Reference, Found | None]) -> Resource:
    filled = {name: _with(value, values) for name, value in _open_fields(resource).items()}
    return replace(resource, fields={**resource.fields, **filled})


def _with(value: Json, values: Mapping[Reference, Found | None]) -> Json:
    """The value with its references filled in; one that is all there is keeps its type."""
    match value:
        case str():
            return _text(value, values) if "{{" in value else value
        case Mapping():
            return {name: _with(item, values) for name, item in value.items()}
        case list() | tuple():
            return [_with(item, values) for item in value]
        case _:
            return value


def _text(text: str, values: Mapping[Reference, Found | None]) -> Json:
    def fill(one: re.Match[str]) -> str:
        found = values[Reference(one["kind"], one["path"])]
        return one[0] if found is None else str(found.value)

    whole = _REFERENCE.fullmatch(text)
    if whole is not None:
        found = values[Reference(whole["kind"], whole["path"])]
        return text if found is None else found.value
    return _REFERENCE.sub(fill, text)
