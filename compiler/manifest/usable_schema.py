"""Whether a JSON Schema that people wrote can be checked against, here and without a network."""

import re
from collections.abc import Iterator, Mapping

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from compiler.desired.json import Json

_SHARED = ("definitions", "$defs")


def is_usable(schema: Json) -> bool:
    """Whether it is a schema whose references lead into it, with patterns that Python knows."""
    if not isinstance(schema, Mapping):
        return False
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError:
        return False
    return all(_is_local(schema, one) for one in _texts(schema, "$ref")) and all(
        _is_pattern(one) for one in _texts(schema, "pattern")
    )


def shared_parts(schema: Mapping[str, Json]) -> dict[str, Json]:
    """What the parts of a schema refer to."""
    return {name: schema[name] for name in _SHARED if name in schema}


def _texts(value: Json, name: str) -> Iterator[str]:
    """Every text under the key `name`, and the keys of its plural form."""
    match value:
        case Mapping():
            for key, item in value.items():
                if key == name and isinstance(item, str):
                    yield item
                if key == f"{name}Properties" and isinstance(item, Mapping):
                    yield from item
                yield from _texts(item, name)
        case list():
            for item in value:
                yield from _texts(item, name)
        case _:
            return


def _is_local(schema: Mapping[str, Json], reference: str) -> bool:
    root, _, path = reference.partition("/")
    part, _, name = path.partition("/")
    shared = schema.get(part)
    return root == "#" and part in _SHARED and isinstance(shared, Mapping) and name in shared


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True
