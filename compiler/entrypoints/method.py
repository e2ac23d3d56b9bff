"""Methods and builtin functions whose outcome depends on what they are given alone."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, time, timedelta

from compiler.entrypoints.arithmetic import attempt
from compiler.entrypoints.scope import Unknowable
from compiler.entrypoints.text import LONGEST_REPEATED, call_text_method, concatenate

_METHODS: Mapping[type, Sequence[str]] = {
    timedelta: ("total_seconds",),
    date: ("isoformat",),
    time: ("isoformat",),
    dict: ("get", "copy"),
    list: ("copy", "index", "count"),
}
_SIMPLE = (bool, int, float, str, bytes, type(None))
_FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "len": len,
    "min": min,
    "max": max,
    "sum": sum,
    "abs": abs,
    "round": round,
    "sorted": sorted,
    "range": range,
}


def call_method(
    owner: object, method: str, *, arguments: Sequence[object], named: Mapping[str, object]
) -> object:
    """`owner.method(...)`, for texts, collections, dates and durations."""
    if isinstance(owner, str):
        return _call_text(owner, method, arguments=arguments, named=named)
    for kind, methods in _METHODS.items():
        if isinstance(owner, kind) and method in methods and not named:
            return attempt(getattr(owner, method), *arguments)
    raise Unknowable


def has_methods(owner: object) -> bool:
    """Whether `call_method` knows methods of this value."""
    return isinstance(owner, str | timedelta | date | time | dict | list)


def call_function(name: str, arguments: Sequence[object]) -> object:
    """`name(...)`, for builtin functions of numbers, texts and collections of these."""
    function = _FUNCTIONS.get(name)
    if function is None or not all(_is_simple(one) for one in arguments):
        raise Unknowable
    made = attempt(function, *arguments)
    if isinstance(made, range) and not 0 <= made.stop - made.start <= LONGEST_REPEATED:
        raise Unknowable
    return made


def _call_text(
    text: str, method: str, *, arguments: Sequence[object], named: Mapping[str, object]
) -> object:
    match method, arguments:
        case "split", []:
            return text.split()
        case "split", [str(separator)] if separator:
            return text.split(separator)
        case "join", [list() | tuple() as parts]:
            texts = [part for part in parts if isinstance(part, str)]
            if len(texts) == len(parts):
                return concatenate([piece for part in texts for piece in (text, part)][1:])
        case "startswith" | "endswith", [str(part)]:
            return text.startswith(part) if method == "startswith" else text.endswith(part)
        case _:
            return call_text_method(text, method, arguments=arguments, named=named)
    raise Unknowable


def _is_simple(value: object) -> bool:
    if isinstance(value, list | tuple | range):
        return all(type(one) in _SIMPLE for one in value)
    return type(value) in _SIMPLE
