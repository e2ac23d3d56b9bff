"""Whether a JSON Schema that people wrote can be checked against, here and without a network."""

import json
from collections.abc import Iterator, Mapping
from functools import cache

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from compiler.desired.json import Json

_SHARED = ("definitions", "$defs")


def is_usable(schema: Json) -> bool:
    """Whether it is a schema, with patterns that Python knows, whose references lead into it."""
    return isinstance(schema, Mapping) and _is_usable(json.dumps(schema, sort_keys=True))


@cache
def _is_usable(text: str) -> bool:
    schema: Mapping[str, Json] = json.loads(text)
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError:
        return False
    return all(_is_local(schema, one) for one in _references(schema))


def shared_parts(schema: Mapping[str, Json]) -> dict[str, Json]:
    """What the parts of a schema refer to."""
    return {name: schema[name] for name in _SHARED if name in schema}


def _references(value: Json) -> Iterator[str]:
    match value:
        case Mapping():
            for key, item in value.items():
                if key == "$ref" and isinstance(item, str):
                    yield item
                yield from _references(item)
        case list():
            for item in value:
                yield from _references(item)
        case _:
            return


def _is_local(schema: Mapping[str, Json], reference: str) -> bool:
    root, _, path = reference.partition("/")
    part, _, name = path.partition("/")
    shared = schema.get(part)
    return root == "#" and part in _SHARED and isinstance(shared, Mapping) and name in shared
