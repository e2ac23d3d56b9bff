"""Texts that are put together in a source: `+`, f-strings and a few methods of `str`.

Lengths are bounded, so that no source makes us build a text that is much longer than itself.
"""

import re
import string
from collections.abc import Mapping, Sequence

from compiler.entrypoints.scope import Unknowable

LONGEST = 100_000
LONGEST_REPEATED = 1_000
_WIDE = re.compile(r"\d{4}")  # a width that makes a long text of a short one
_PLAIN = ("lower", "upper", "strip", "lstrip", "rstrip", "title", "capitalize", "casefold")
_WITH_TEXT = ("strip", "lstrip", "rstrip", "removeprefix", "removesuffix", "replace")


def concatenate(parts: Sequence[str]) -> str:
    """The parts one after another."""
    if sum(map(len, parts)) > LONGEST:
        raise Unknowable
    return "".join(parts)


def formatted(value: object, form: str, *, conversion: int) -> str:
    """What `{value!r:form}` in an f-string writes; -1 stands for no conversion."""
    if _WIDE.search(form):
        raise Unknowable
    plain = shown(value)
    try:
        if conversion == -1:
            return format(value, form)
        return format(repr(value) if chr(conversion) == "r" else plain, form)
    except ValueError as error:
        raise Unknowable from error


def fill_in(text: str, values: object) -> str:
    """`text % values`, for values that every Python writes alike."""
    several = values if isinstance(values, tuple) else (values,)
    if _WIDE.search(text) or "*" in text or sum(len(shown(one)) for one in several) > LONGEST:
        raise Unknowable
    try:
        return text % values
    except (TypeError, ValueError, OverflowError) as error:
        raise Unknowable from error


def shown(value: object) -> str:
    """What `{value}` in an f-string writes, for values that every Python writes alike."""
    if type(value) not in (str, int, float, bool, type(None)):
        raise Unknowable
    return str(value)


def call_text_method(
    text: str, method: str, *, arguments: Sequence[object], named: Mapping[str, object]
) -> str:
    """`text.method(...)`, for the methods whose outcome depends on texts alone."""
    if method == "format":
        return _format(text, {**{str(at): one for at, one in enumerate(arguments)}, **named})
    texts = [argument for argument in arguments if isinstance(argument, str)]
    if named or len(texts) != len(arguments):
        raise Unknowable
    if not texts and method in _PLAIN:
        return str(getattr(text, method)())
    if method == "replace" and len(texts) == 2 and len(text) * (len(texts[1]) + 1) > LONGEST:
        raise Unknowable
    if method in _WITH_TEXT and len(texts) == (2 if method == "replace" else 1):
        return str(getattr(text, method)(*texts))
    raise Unknowable


def _format(text: str, values: Mapping[str, object]) -> str:
    pieces: list[str] = []
    automatic = 0
    for literal, field, spec, conversion in string.Formatter().parse(text):
        pieces.append(literal)
        if field is None:
            continue
        name, automatic = (field, automatic) if field else (str(automatic), automatic + 1)
        if spec or conversion or name not in values:
            raise Unknowable
        pieces.append(shown(values[name]))
    return concatenate(pieces)
