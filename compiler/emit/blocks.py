"""Blocks: what is a secret in them is never written, whatever the server would tell."""

from collections.abc import Mapping

from compiler.desired.address import Address
from compiler.desired.block_secrets import REFERENCE, is_reference
from compiler.desired.json import Json
from compiler.desired.secret import Secret
from compiler.emit.pen import Pen
from compiler.emit.things import Entry
from compiler.manifest.block_values import says_source
from compiler.state.observed import Observed


def block(address: Address, thing: Observed, pen: Pen) -> Entry:
    """One of `blocks`."""
    type_slug, name = address.path
    entry: dict[str, Json] = {"name": name, "type": type_slug}
    data = thing.fields.get("data")
    if isinstance(data, Mapping) and data and pen.says(address, "data"):
        entry["data"] = {key: value_said(value, address, key, pen) for key, value in data.items()}
    return entry


def value_said(value: Json, address: Address, key: str, pen: Pen) -> Json:
    """A value of a block's data as a file has to have it."""
    if isinstance(value, Secret):
        return pen.secret(value, address, key)
    if isinstance(value, Mapping) and is_reference(value):
        return {REFERENCE: value[REFERENCE]}
    return pen.value(_literal(value), address, key)


def _literal(value: Json) -> Json:
    """The value, marked where it only looks as if it said where it comes from."""
    match value:
        case Mapping() if says_source(value) is not None or _is_suspect(value):
            return {"$literal": value}
        case Mapping():
            return {name: _literal(item) for name, item in value.items()}
        case list() | tuple():
            return [_literal(item) for item in value]
        case _:
            return value


def _is_suspect(value: Mapping[str, Json]) -> bool:
    """Whether it may be taken for a misspelt source."""
    return len(value) == 1 and next(iter(value)).startswith("$")
