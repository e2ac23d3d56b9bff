"""What stands between `{{` and `}}`, taken apart.

placeholder = "{{" ( "'{{'" | reference [ "|" "default(" literal ")" ] ) "}}"
reference   = "$" NAME | name *("." name)
literal     = text in quotes | number | "true" | "false" | "null"
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from compiler.diagnostics import Position, Span
from compiler.source.nodes import Node, Scalar

_OPENED = re.compile(r"\{\{\s*(?:\$\w+|vars\.\w+)")
_BRACES = frozenset({"'{{'", '"{{"'})
_REFERENCE = re.compile(
    r"(?P<name>\$\w+|[\w-]+(?:\.[\w-]+)*)\s*(?:\|\s*default\((?P<default>.*)\))?", re.DOTALL
)
_TEXT = re.compile(r"(?P<quote>['\"])(?P<text>.*)(?P=quote)", re.DOTALL)
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,99})(\.[0-9]{1,99})?|true|false|null")


def is_plain(node: Node) -> bool:
    """Whether it is a value that has nothing to be filled in."""
    if not isinstance(node, Scalar):
        return False
    return not (isinstance(node.value, str) and "{{" in node.value)


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A pair of braces in a text, between two offsets, and what stands in it."""

    start: int
    end: int
    text: str
    inner: str


@dataclass(frozen=True, slots=True)
class Default:
    """What is taken where a reference leads nowhere; `text` is how a text shows it."""

    value: bool | int | float | str | None
    text: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A name, `$` in front of an environment variable's, and what to take instead."""

    name: str
    default: Default | None = None


@dataclass(frozen=True, slots=True)
class Braces:
    """Two braces that are meant as text."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something of another form: a filter, an expression."""


def placeholders(text: str) -> Iterator[Placeholder]:
    """What is in braces, from left to right; braces end at the first `}}`."""
    end = 0
    while (start := text.find("{{", end)) >= 0 and (close := text.find("}}", start + 2)) >= 0:
        end = close + 2
        yield Placeholder(start, end, text[start:end], text[start + 2 : close].strip())


def whole(text: str) -> Placeholder | None:
    """The placeholder that is all of the text."""
    first = next(placeholders(text), None) if text.startswith("{{") else None
    return first if first is not None and first.end == len(text) else None


def unclosed(text: str) -> Placeholder | None:
    """The first that begins as one of ours, and is not closed before the next brace opens."""
    for found in _OPENED.finditer(text):
        after = text.find("{", found.end())
        if text.find("}}", found.end(), len(text) if after < 0 else after) < 0:
            return Placeholder(found.start(), found.end(), found[0], "")
    return None


def parse_placeholder(inner: str) -> Reference | Braces | Unreadable:
    """Take apart what stands between the braces."""
    if inner in _BRACES:
        return Braces()
    found = _REFERENCE.fullmatch(inner)
    if found is None:
        return Unreadable()
    if found["default"] is None:
        return Reference(found["name"])
    default = _literal(found["default"].strip())
    return Unreadable() if default is None else Reference(found["name"], default)


def _literal(text: str) -> Default | None:
    quoted = _TEXT.fullmatch(text)
    if quoted is not None and quoted["quote"] not in quoted["text"]:
        return Default(quoted["text"], quoted["text"])
    if _NUMBER.fullmatch(text):
        return Default(json.loads(text), "" if text == "null" else text)
    return None


def span_within(scalar: Scalar, found: Placeholder) -> Span:
    """Where a placeholder stands; the whole value where quoting hides that."""
    span = scalar.span
    width = span.end.column - span.start.column if span.start.line == span.end.line else -1
    offset = {len(scalar.text): 0, len(scalar.text) + 2: 1}.get(width)
    if offset is None:
        return span
    line, column = span.start.line, span.start.column + offset
    return Span(span.file, Position(line, column + found.start), Position(line, column + found.end))
