"""The data of blocks against the schemas of their types: the server looks at none of it.

No value is quoted: which of them are secrets is known from the same schemas.
"""

from collections.abc import Iterator, Mapping

from compiler.desired.block_secrets import KNOWN, blocks_in, heads, is_reference
from compiler.desired.json import Json
from compiler.desired.resources import Resource
from compiler.desired.secret import Secret
from compiler.desired.written_out import check_written_out
from compiler.diagnostics import Report, Span
from compiler.diagnostics.pages import (
    idle_block_value,
    missing_block_value,
    wrong_block_value,
)
from compiler.diagnostics.spelling import nearest
from compiler.manifest.fitting import misfits, properties_of

Schema = Mapping[str, Json]


def check_data(resource: Resource, schema: Schema, report: Report) -> None:
    """Report what is missing, unknown, misfitting or a secret in clear, each at its place."""
    wanted = resource.fields.get("data")
    data = wanted if isinstance(wanted, Mapping) else {}
    types, kind = properties_of(schema), resource.address.path[0]
    known = KNOWN.get(kind, frozenset())  # which was reported before there was a server
    required = schema.get("required")
    for name in required if isinstance(required, (list, tuple)) else ():
        if name not in data:
            message = f"a block of the type {kind!r} needs {name!r}"
            report.add(missing_block_value.RULE, message, resource.span_of("data"))
    for name, value in data.items():
        at = resource.span_of(f"data.{name}")
        if name not in types:
            _refuse_idle(name, kind, types, at, report)
        elif (wrong := _wrong(name, value, schema)) is not None:
            report.add(wrong_block_value.RULE, f"{name!r} {wrong[0]}", at, hint=wrong[1])
    check_written_out(resource, heads(schema.get("secret_fields")) - known, report)


def _refuse_idle(name: str, kind: str, types: Schema, at: Span, report: Report) -> None:
    near = nearest(name, types)
    hint = f"did you mean {near[0]!r}?" if near else f"it has: {', '.join(sorted(types))}"
    message = f"the block type {kind!r} has no {name!r}"
    report.add(idle_block_value.RULE, message, at, hint=hint if types else None)


def _wrong(name: str, value: Json, schema: Schema) -> tuple[str, str | None] | None:
    """What is wrong with a value, and what is right; None if it fits, or nobody knows."""
    if isinstance(value, Mapping) and is_reference(value):
        return _wrong_reference(blocks_in({name: value})[name], name, schema)
    if isinstance(value, Secret) and not value.is_known:
        return None
    bare = value.reveal() if isinstance(value, Secret) else value
    wanted = properties_of(schema)[name]
    if not misfits(wanted, bare, within=schema):
        return None
    return "does not fit the type of the block", _hint(wanted)


def _wrong_reference(path: str, name: str, schema: Schema) -> tuple[str, str | None] | None:
    known = schema.get("block_schema_references")
    slugs = sorted(_slugs(known.get(name) if isinstance(known, Mapping) else None))
    if not slugs:
        return "does not take another block", None
    if path.partition("/")[0] in slugs:
        return None
    return f"does not take the block {path!r}", f"it takes one of the type {' or '.join(slugs)}"


def _slugs(known: Json) -> Iterator[str]:
    """The types that a schema lets stand under a key."""
    for each in known if isinstance(known, (list, tuple)) else [known]:
        slug = each.get("block_type_slug") if isinstance(each, Mapping) else None
        if slug is not None:
            yield str(slug)


def _hint(schema: Json) -> str | None:
    """What is wanted, where the schema says it in a word or two."""
    found = schema if isinstance(schema, Mapping) else {}
    choices, kinds = found.get("enum"), sorted(set(_kinds(found)))
    if isinstance(choices, (list, tuple)):
        return f"it is one of {', '.join(map(repr, choices))}"
    return f"it should be of type {' or '.join(map(repr, kinds))}" if kinds else None


def _kinds(schema: Schema) -> Iterator[str]:
    kind, choices = schema.get("type"), schema.get("anyOf")
    if isinstance(kind, str):
        yield kind
    for each in choices if isinstance(choices, (list, tuple)) else ():
        if isinstance(each, Mapping):
            yield from _kinds(each)
