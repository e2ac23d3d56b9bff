"""What the schemas that people bring along, of flows and work pools, have against a value."""

from collections.abc import Mapping

from compiler.desired.json import Json
from compiler.manifest.misfit import Misfit
from compiler.manifest.sure_fit import surely_fits

_SHARED = ("definitions", "$defs")


def misfits(
    schema: Json, value: Json, *, within: Mapping[str, Json], formats: bool = False
) -> tuple[Misfit, ...]:
    """What a part of the schema `within`, which it may refer to, has against a value.

    Nothing where the schema is none, or leads out of itself.  Texts are checked for their
    format where `formats` says so.
    """
    shared = {name: within[name] for name in _SHARED if name in within}
    if surely_fits(schema, value, shared):
        return ()
    from compiler.manifest.json_schema import refusals  # noqa: PLC0415  # slow to import

    return refusals({**shared, "allOf": [schema]}, value, formats=formats)


def properties_of(schema: Json) -> Mapping[str, Json]:
    """The schemas of a mapping's values, by key; none where the schema names no keys."""
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    return properties if isinstance(properties, Mapping) else {}


def has_template(value: Json) -> bool:
    """Whether something in the value is filled in only when a job starts."""
    match value:
        case str():
            return "{{" in value
        case Mapping():
            return any(map(has_template, value.values()))
        case list():
            return any(map(has_template, value))
        case _:
            return False
