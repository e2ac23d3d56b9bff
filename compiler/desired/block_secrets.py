"""Which values of a block are secrets: by its type's schema, by their names, by their looks."""

import re
from collections.abc import Iterable, Mapping

from compiler.desired.json import Json
from compiler.desired.secret import Secret
from compiler.desired.secret_shape import has_password, is_secret_name, secret_shape

REFERENCE = "$block"
SOURCES = frozenset({"$file", "$command", REFERENCE})  # by which a value says where it is from
PATH = re.compile(r"[a-z0-9-]+/[a-z0-9-]+")
# Source: prefect.blocks.system; the schemas of all other types are the server's to know.
KNOWN: Mapping[str, frozenset[str]] = {"secret": frozenset({"value"})}


def heads(secret_fields: Json) -> frozenset[str]:
    """The keys of the data that hold a secret, given a schema's `secret_fields`."""
    listed = secret_fields if isinstance(secret_fields, (list, tuple)) else ()
    return frozenset(str(each).partition(".")[0] for each in listed)


def sealed(data: Mapping[str, Json], secret: Iterable[str]) -> dict[str, Json]:
    """The data with each value out of sight that stands under one of these keys, or looks so."""
    hidden = frozenset(secret)
    return {name: _sealed(name, value, hidden) for name, value in data.items()}


def _sealed(name: str, value: Json, hidden: frozenset[str]) -> Json:
    if isinstance(value, Secret) or value is None or is_reference(value):
        return value
    return Secret(value) if name in hidden or conceals(name, value) else value


def is_reference(value: Json) -> bool:
    """Whether a value stands for another block, and so is no secret, whatever its name."""
    if not isinstance(value, Mapping) or value.keys() != {REFERENCE}:
        return False
    path = value[REFERENCE]
    return isinstance(path, str) and PATH.fullmatch(path) is not None


def blocks_in(data: Json) -> dict[str, str]:
    """The blocks that a block's data refers to, as `type/name`, by key."""
    return {
        name: str(value[REFERENCE])
        for name, value in (data.items() if isinstance(data, Mapping) else ())
        if isinstance(value, Mapping) and is_reference(value)
    }


def conceals(name: str, value: Json) -> bool:
    """Whether a value, or a part of it, has a name or a form that says secret."""
    match value:
        case str():
            named = is_secret_name(name) and bool(value)
            return named or secret_shape(value) is not None or has_password(value)
        case Mapping():
            secret = is_secret_name(name)
            return any(conceals(name if secret else key, item) for key, item in value.items())
        case list() | tuple():
            return any(conceals(name, item) for item in value)
        case bool() | None:
            return False
        case _:
            return is_secret_name(name)
