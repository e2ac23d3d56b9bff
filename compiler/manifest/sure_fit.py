"""Whether a value surely fits a schema: a plain one, as nearly all are, is read here in no time.

What fits here jsonschema takes as well, unless it refuses to read the schema at all.  What does
not may fit all the same: then the schema has something that is not known here, or a form that
it should not have.
"""

import operator
import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from compiler.desired.json import Json
from compiler.manifest.formats import FORMATS, fits

Parts: TypeAlias = Mapping[str, Json]
_Check: TypeAlias = Callable[[Parts, Json, Parts], bool]
_Size: TypeAlias = Callable[[Json], float | None]

_SAY_NOTHING = frozenset(
    {
        *("title", "description", "position", "default", "examples", "deprecated"),
        *("readOnly", "writeOnly", "definitions", "$defs", "$comment"),
    }
)
_NAMES: Mapping[type, tuple[str, ...]] = {
    type(None): ("null",),
    bool: ("boolean",),
    int: ("integer", "number"),
    float: ("number",),
    str: ("string",),
    list: ("array",),
    dict: ("object",),
}
_REFERENCE = re.compile(r"#/(?P<part>definitions|\$defs)/(?P<name>[A-Za-z0-9_.-]+)")


def surely_fits(schema: Json, value: Json, shared: Parts) -> bool:
    """Whether jsonschema need not be asked; `shared` is what references lead into."""
    try:
        return _fits(schema, value, shared)
    except RecursionError:  # a reference to itself
        return False


def _fits(schema: Json, value: Json, shared: Parts) -> bool:
    if not isinstance(schema, dict):
        return schema is True
    for keyword in schema:
        if keyword not in _SAY_NOTHING:
            check = _CHECKS.get(keyword)
            if check is None or not check(schema, value, shared):
                return False
    return True


def _refers(schema: Parts, value: Json, shared: Parts) -> bool:
    found = _REFERENCE.fullmatch(str(schema["$ref"]))
    part = shared.get(found["part"]) if found else None
    return (
        found is not None
        and isinstance(part, dict)
        and found["name"] in part
        and _fits(part[found["name"]], value, shared)
    )


def _type(schema: Parts, value: Json, _: Parts) -> bool:
    wanted, found = schema["type"], _NAMES.get(type(value), ())
    names = wanted if isinstance(wanted, list) else [wanted]
    if isinstance(value, float) and value.is_integer():
        found = ("number", "integer")
    return any(name in found for name in names)


def _enum(schema: Parts, value: Json, _: Parts) -> bool:
    wanted = schema["enum"]
    return isinstance(wanted, list) and any(_is_same(one, value) for one in wanted)


def _const(schema: Parts, value: Json, _: Parts) -> bool:
    return _is_same(schema["const"], value)


def _is_same(one: Json, other: Json) -> bool:
    return type(one) is type(other) and not isinstance(one, list | dict) and one == other


def _any_of(schema: Parts, value: Json, shared: Parts) -> bool:
    wanted = schema["anyOf"]
    return isinstance(wanted, list) and any(_fits(one, value, shared) for one in wanted)


def _all_of(schema: Parts, value: Json, shared: Parts) -> bool:
    wanted = schema["allOf"]
    return isinstance(wanted, list) and all(_fits(one, value, shared) for one in wanted)


def _format(schema: Parts, value: Json, _: Parts) -> bool:
    name = schema["format"]
    return (
        isinstance(name, str)
        and isinstance(value, str)
        and (name not in FORMATS or fits(name, value))
    )


def _pattern(schema: Parts, value: Json, _: Parts) -> bool:
    try:
        return isinstance(value, str) and re.search(str(schema["pattern"]), value) is not None
    except re.error:
        return False


def _items(schema: Parts, value: Json, shared: Parts) -> bool:
    before = schema.get("prefixItems", [])
    if not isinstance(value, list) or not isinstance(before, list):
        return False
    return all(_fits(schema["items"], one, shared) for one in value[len(before) :])


def _prefix_items(schema: Parts, value: Json, shared: Parts) -> bool:
    wanted = schema["prefixItems"]
    if not isinstance(value, list) or not isinstance(wanted, list):
        return False
    return all(_fits(part, one, shared) for part, one in zip(wanted, value, strict=False))


def _unique_items(schema: Parts, value: Json, _: Parts) -> bool:
    """Only of texts is it plain which are the same."""
    if schema["uniqueItems"] is False:
        return True
    texts = [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
    return isinstance(value, list) and len(set(texts)) == len(value)


def _properties(schema: Parts, value: Json, shared: Parts) -> bool:
    wanted = schema["properties"]
    if not isinstance(value, dict) or not isinstance(wanted, dict):
        return False
    return all(_fits(wanted[name], one, shared) for name, one in value.items() if name in wanted)


def _additional_properties(schema: Parts, value: Json, shared: Parts) -> bool:
    known = schema.get("properties", {})
    if not isinstance(value, dict) or not isinstance(known, dict):
        return False
    others = (one for name, one in value.items() if name not in known)
    return all(_fits(schema["additionalProperties"], one, shared) for one in others)


def _required(schema: Parts, value: Json, _: Parts) -> bool:
    wanted = schema["required"]
    return (
        isinstance(wanted, list)
        and isinstance(value, dict)
        and all(isinstance(name, str) and name in value for name in wanted)
    )


def _within(keyword: str, size: _Size, holds: Callable[[float, float], bool]) -> _Check:
    """A limit on what has a size of that kind."""

    def check(schema: Parts, value: Json, _: Parts) -> bool:
        found, limit = size(value), _number(schema[keyword])
        return found is not None and limit is not None and holds(found, limit)

    return check


def _number(value: Json) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _length(value: Json) -> int | None:
    return len(value) if isinstance(value, str) else None


def _count(value: Json) -> int | None:
    return len(value) if isinstance(value, list) else None


_CHECKS: Mapping[str, _Check] = {
    "$ref": _refers,
    "type": _type,
    "enum": _enum,
    "const": _const,
    "anyOf": _any_of,
    "allOf": _all_of,
    "format": _format,
    "pattern": _pattern,
    "items": _items,
    "prefixItems": _prefix_items,
    "uniqueItems": _unique_items,
    "properties": _properties,
    "additionalProperties": _additional_properties,
    "required": _required,
    "minimum": _within("minimum", _number, operator.ge),
    "maximum": _within("maximum", _number, operator.le),
    "exclusiveMinimum": _within("exclusiveMinimum", _number, operator.gt),
    "exclusiveMaximum": _within("exclusiveMaximum", _number, operator.lt),
    "minLength": _within("minLength", _length, operator.ge),
    "maxLength": _within("maxLength", _length, operator.le),
    "minItems": _within("minItems", _count, operator.ge),
    "maxItems": _within("maxItems", _count, operator.le),
}
