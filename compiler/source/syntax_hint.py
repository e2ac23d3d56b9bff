"""What to do about a text that is not YAML: the slips that people make, known by their traces."""

import re
from dataclasses import dataclass

_KEY = re.compile(r"\s*(?:- +)*(?P<key>[\w.-]+):(?P<rest>.*)")
_GLUED = re.compile(r"\s*(?:- +)*[\w.-]+:(?!//)\S+$")
_COMMENT = re.compile(r"(?<!\s)\s+#.*")
_RESERVED = "@`%"
_INDICATORS = ",]}"
_INSIDE = {
    "'": "a ' between single quotes is written twice: ''",
    '"': 'a " between double quotes is written \\"; or use single quotes around it',
}
_STRUCTURE = {
    "another document": "a file holds one document; remove the '---'",
    "block scalar": "a text after '|' or '>' begins in the line below",
    "sequence entries": "begin a list in a line of its own",
    "expected key": "this line is indented otherwise than those that it belongs to",
    "'-' indicator": "this line is indented otherwise than those that it belongs to",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Where a parser stopped, and what it said.

    `line` is the text there and `before` the nearest line above it that is not empty, both with
    their comments; `began` is the number of the line where the thing began that could not be
    finished.
    """

    line: str
    before: str
    began: int | None
    context: str
    problem: str


def syntax_hint(trouble: Trouble) -> str | None:
    """What to do about it, where that can be told."""
    line = _COMMENT.sub("", trouble.line)
    value = _value(line)
    if "undefined alias" in trouble.problem:
        return "an alias needs its anchor, '&' and the same name, somewhere above"
    if value.startswith("*"):
        return f"a value that begins with '*' needs quotes: \"{value}\""
    if value[:1] and value[0] in _RESERVED:
        return f'a value that begins with {value[0]!r} needs quotes: "{value}"'
    if "{{" in line and not value.startswith(('"', "'")):
        return "a template needs quotes around it"
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "YAML indents with blanks, never with tabs"
    return _of_quotes(trouble, value) or _of_structure(trouble)


def _value(line: str) -> str:
    found = _KEY.match(line)
    return found["rest"].strip() if found else line.strip().removeprefix("-").strip()


def _of_quotes(trouble: Trouble, value: str) -> str | None:
    if "quoted scalar" in trouble.context:
        if "escape" in trouble.problem:
            return "between double quotes a '\\' begins an escape; use single quotes"
        return f"the quote that begins in line {trouble.began} is never closed"
    if "alphabetic or numeric character" in trouble.problem:
        return "a value that begins with '*' or '&' needs quotes"
    if value[:1] and value[0] in _INDICATORS:
        return f'a value that begins with {value[0]!r} needs quotes: "{value}"'
    return _INSIDE.get(value[:1]) if "expected key" in trouble.problem else None


def _of_structure(trouble: Trouble) -> str | None:
    problem = trouble.problem
    if "mapping values" in problem or "could not find expected ':'" in problem:
        return _of_colons(trouble)
    if "',' or" in problem:
        return f"what begins in line {trouble.began} is never closed: {problem[-3:]} is missing"
    said = f"{trouble.context}: {problem}"
    return next((hint for part, hint in _STRUCTURE.items() if part in said), None)


def _of_colons(trouble: Trouble) -> str:
    if _GLUED.match(_COMMENT.sub("", trouble.before)):
        return "the line above needs a blank behind its ':'"
    above = _COMMENT.sub("", trouble.before)
    if _value(above) and _indent(trouble.line) > _indent(above):
        return "this line is indented further than the one above, which has a value already"
    return "quote the value if the second ':' belongs to it"


def _indent(line: str) -> int:
    """Where a line's key begins, behind the hyphens of a list."""
    return len(line) - len(line.lstrip(" -"))
