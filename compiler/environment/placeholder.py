"""What stands between `{{` and `}}`, taken apart.

placeholder = "{{" ( "'{{'" | reference [ "|" "default(" literal ")" ] ) "}}"
reference   = "$" NAME | name *("." name)
literal     = text in quotes | number | "true" | "false" | "null"
"""

import json
import re
from dataclasses import dataclass

from compiler.diagnostics import Position, Span
from compiler.source.nodes import Scalar

PLACEHOLDER = re.compile(r"\{\{\s*(?P<inner>'\{\{'|\"\{\{\"|(?:(?!\}\}).)*?)\s*\}\}", re.DOTALL)
UNCLOSED = re.compile(r"\{\{\s*(?:\$\w+|vars\.\w+)(?![^{]*\}\})")
_BRACES = frozenset({"'{{'", '"{{"'})
_REFERENCE = re.compile(
    r"(?P<name>\$\w+|[\w-]+(?:\.[\w-]+)*)\s*(?:\|\s*default\(\s*(?P<default>.*?)\s*\))?", re.DOTALL
)
_TEXT = re.compile(r"(?P<quote>['\"])(?P<text>.*)(?P=quote)", re.DOTALL)
_NUMBER = re.compile(r"-?\d+(\.\d+)?|true|false|null")


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


def parse_placeholder(inner: str) -> Reference | Braces | Unreadable:
    """Take apart what stands between the braces."""
    if inner in _BRACES:
        return Braces()
    found = _REFERENCE.fullmatch(inner)
    if found is None:
        return Unreadable()
    if found["default"] is None:
        return Reference(found["name"])
    default = _literal(found["default"])
    return Unreadable() if default is None else Reference(found["name"], default)


def _literal(text: str) -> Default | None:
    quoted = _TEXT.fullmatch(text)
    if quoted is not None and quoted["quote"] not in quoted["text"]:
        return Default(quoted["text"], quoted["text"])
    if _NUMBER.fullmatch(text):
        return Default(json.loads(text), "" if text == "null" else text)
    return None


def span_within(scalar: Scalar, found: re.Match[str]) -> Span:
    """Where a placeholder stands; the whole value where quoting hides that."""
    span = scalar.span
    width = span.end.column - span.start.column if span.start.line == span.end.line else -1
    offset = {len(scalar.text): 0, len(scalar.text) + 2: 1}.get(width)
    if offset is None:
        return span
    line, column = span.start.line, span.start.column + offset
    return Span(
        span.file, Position(line, column + found.start()), Position(line, column + found.end())
    )
