"""JSON Schemas of plain types, written down: most parameters have no others.

Equal to what pydantic writes for the same types and defaults; whatever is not
certain is left to pydantic, which takes a hundred times as long.
"""

import types
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from math import isfinite
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin
from uuid import UUID

from compiler.desired.json import Json

_FACTS: dict[type, dict[str, Json]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    bytes: {"format": "binary", "type": "string"},
    types.NoneType: {"type": "null"},
    object: {},
    date: {"format": "date", "type": "string"},
    datetime: {"format": "date-time", "type": "string"},
    time: {"format": "time", "type": "string"},
    timedelta: {"format": "duration", "type": "string"},
    UUID: {"format": "uuid", "type": "string"},
    Path: {"format": "path", "type": "string"},
    list: {"items": {}, "type": "array"},
    tuple: {"items": {}, "type": "array"},
    set: {"items": {}, "type": "array", "uniqueItems": True},
    frozenset: {"items": {}, "type": "array", "uniqueItems": True},
    dict: {"additionalProperties": True, "type": "object"},
}


class NotPlain(Exception):
    """Pydantic is to say what the schema is."""


def plain_schema(type_: object) -> dict[str, Json]:
    """The schema of a type.

    Raises:
        NotPlain: it is no plain one.
    """
    if type_ is None or type_ is Any:
        return {"type": "null"} if type_ is None else {}
    parts = get_args(type_)
    match get_origin(type_):
        case None if isinstance(type_, type) and type_ in _FACTS:
            return dict(_FACTS[type_])
        case origin if origin is Union or origin is types.UnionType:
            return _union(parts)
        case origin if origin is Literal:
            return _literal(parts)
        case origin if isinstance(origin, type):
            return _collection(origin, parts)
        case _:
            raise NotPlain


def plain_value(value: object) -> Json:
    """A default as JSON.

    Raises:
        NotPlain: it is more than numbers, texts, lists and mappings of these.
    """
    if value is None or type(value) is bool or type(value) is int:
        return value
    if type(value) is float:
        return value if isfinite(value) else None
    if type(value) is str:
        return _text(value)
    if type(value) is list or type(value) is tuple:
        return [plain_value(part) for part in value]
    if type(value) is dict and all(type(key) is str for key in value):
        return {_text(key): plain_value(part) for key, part in value.items()}
    raise NotPlain


def _union(parts: Sequence[object]) -> dict[str, Json]:
    """Any of the parts, each once; None is the last of them wherever it is written."""
    ordered = sorted(parts, key=lambda one: one is types.NoneType)
    schemas = {repr(schema): schema for schema in map(plain_schema, ordered)}
    if len(schemas) == 1 or any("anyOf" in one for one in schemas.values()):
        raise NotPlain
    return {"anyOf": list(schemas.values())}


def _literal(values: Sequence[object]) -> dict[str, Json]:
    for kind, name in ((str, "string"), (int, "integer")):
        if all(type(value) is kind for value in values):
            plain = [plain_value(value) for value in values]
            return (
                {"const": plain[0], "type": name}
                if len(plain) == 1
                else {"enum": plain, "type": name}
            )
    raise NotPlain


def _collection(origin: type, parts: Sequence[object]) -> dict[str, Json]:
    match parts:
        case [] if origin is not tuple:  # which is `Tuple` or `tuple[()]`
            return plain_schema(origin)
        case [part] if origin in (list, set, frozenset):
            return {**_FACTS[origin], "items": plain_schema(part)}
        case [part, last] if origin is tuple and last is ...:
            return {**_FACTS[tuple], "items": plain_schema(part)}
        case [_, *_] as several if origin is tuple:
            items = [plain_schema(part) for part in several]
            return {
                "maxItems": len(items),
                "minItems": len(items),
                "prefixItems": items,
                "type": "array",
            }
        case [key, part] if origin is dict and key is str:
            return {"additionalProperties": plain_schema(part) or True, "type": "object"}
        case _:
            raise NotPlain


def _text(text: str) -> str:
    """The text, unless it holds half a letter, which JSON cannot."""
    if text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text):
        return text
    raise NotPlain
