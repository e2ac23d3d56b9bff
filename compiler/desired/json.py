"""The user's own JSON: the only untyped values that cross from stage to stage.

A leaf of it may be a secret.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from compiler.desired.secret import Secret

Json: TypeAlias = (
    "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | Secret[Json] | None"
)
_EXACT = 2**53  # up to here a float is the whole number that it looks like


def whole(value: Json) -> Json:
    """The value with 1 for every 1.0: JSON knows one kind of number."""
    match value:
        case float() if value.is_integer() and abs(value) < _EXACT:
            return int(value)
        case Mapping():
            return {key: whole(item) for key, item in value.items()}
        case list() | tuple():
            return [whole(item) for item in value]
        case _:
            return value


def mappings(value: Json) -> list[Mapping[str, Json]]:
    """The mappings of a list, such as schedules or steps; none of what is no list."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        return []
    return [each for each in value if isinstance(each, Mapping)]


def texts(value: Json) -> Iterator[str]:
    """Every text in the value, but for keys and secrets, in order."""
    match value:
        case str():
            yield value
        case Mapping():
            for item in value.values():
                yield from texts(item)
        case list() | tuple():
            for item in value:
                yield from texts(item)
        case _:
            return
