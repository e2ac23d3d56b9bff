"""A flow's parameter schema, completed by the server's where nobody can know it."""

from collections.abc import Iterator, Mapping

from compiler.desired.json import Json

Schema = Mapping[str, Json]
_REFERENCE = "#/definitions/"


def settle(wanted: Schema, unknown: frozenset[str], observed: Json) -> Schema:
    """The wanted schema, with the server's word on the `unknown` parameters.

    A parameter that the server does not have keeps what the source says of it.
    """
    if not unknown or not isinstance(observed, Mapping):
        return wanted
    theirs = _mapping(observed.get("properties"))
    kept = {name: theirs[name] for name in unknown if name in theirs}
    properties = {**_mapping(wanted.get("properties")), **kept}
    definitions = {**_mapping(wanted.get("definitions")), **_reachable(kept, observed)}
    settled = {**wanted, "properties": properties}
    return {**settled, "definitions": definitions} if definitions else settled


def _mapping(value: Json) -> Schema:
    return value if isinstance(value, Mapping) else {}


def _reachable(roots: Json, observed: Schema) -> dict[str, Json]:
    """Definitions that the kept parameters need, directly or not."""
    known = _mapping(observed.get("definitions"))
    found: dict[str, Json] = {}
    waiting = list(_references(roots))
    while waiting:
        name = waiting.pop()
        if name in known and name not in found:
            found[name] = known[name]
            waiting += _references(known[name])
    return found


def _references(value: Json) -> Iterator[str]:
    if isinstance(value, Mapping):
        target = value.get("$ref")
        if isinstance(target, str) and target.startswith(_REFERENCE):
            yield target.removeprefix(_REFERENCE)
        for item in value.values():
            yield from _references(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _references(item)
