"""Nodes to YAML text, a value a line, so that each line can be given a note.

What comes out is read back as the same values by any YAML 1.1 or 1.2 reader.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

from compiler.source.nodes import Mapping, Node, Scalar, Sequence

Value: TypeAlias = bool | int | float | str | None
Note: TypeAlias = Callable[[Node], str]
_PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_./@+-]*(?: [A-Za-z0-9_./@+(-][A-Za-z0-9_./@+()-]*)*")
_WORDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
_INDENT = "  "


def write(root: Node, note: Note = lambda _: "") -> str:
    """The text of a document; `note` gives the comment behind a value, empty for none."""
    return "".join(f"{line}\n" for line in _block(root, note, ""))


def _block(node: Node, note: Note, indent: str) -> Iterator[str]:
    match node:
        case Mapping(entries=entries) if entries:
            for key, item in entries:
                yield from _placed(f"{indent}{spelled(key.value)}:", item, note, indent + _INDENT)
        case Sequence(items=items) if items:
            for item in items:
                yield from _item(item, note, indent)
        case _:
            yield indent + _line(node, note)


def _placed(head: str, node: Node, note: Note, indent: str) -> Iterator[str]:
    if isinstance(node, Scalar) and isinstance(node.value, str) and _is_readable(node.value):
        yield from _paragraph(head, node.value, note(node), indent)
    elif _is_flat(node):
        yield f"{head} {_line(node, note)}"
    else:
        yield head
        yield from _block(node, note, indent)


def _is_readable(text: str) -> bool:
    """Whether a text of several lines can stand there line by line, and means the same."""
    lines = text.removesuffix("\n").split("\n")
    return (
        len(lines) > 1
        and all(
            line.isprintable() and not line.isspace() and line == line.rstrip() for line in lines
        )
        and not lines[0].startswith(" ")
        and lines[0] != ""
        and lines[-1] != ""
    )


def _paragraph(head: str, text: str, comment: str, indent: str) -> Iterator[str]:
    sign = "|" if text.endswith("\n") else "|-"
    yield f"{head} {sign}  # {comment}" if comment else f"{head} {sign}"
    yield from (indent + line if line else "" for line in text.removesuffix("\n").split("\n"))


def _item(node: Node, note: Note, indent: str) -> Iterator[str]:
    lines = _block(node, note, indent + _INDENT)
    yield f"{indent}- {next(lines)[len(indent) + len(_INDENT) :]}"
    yield from lines


def _is_flat(node: Node) -> bool:
    match node:
        case Scalar():
            return True
        case Sequence(items=items):
            return not items
        case Mapping(entries=entries):
            return not entries


def _line(node: Node, note: Note) -> str:
    match node:
        case Scalar(value=value):
            text = spelled(value)
        case Sequence():
            text = "[]"
        case _:
            text = "{}"
    comment = note(node)
    return f"{text}  # {comment}" if comment else text


def spelled(value: Value) -> str:
    """A scalar as every reader understands it; in quotes wherever there may be a doubt."""
    match value:
        case str():
            is_plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
            return value if is_plain else f'"{"".join(map(_escaped, value))}"'
        case float():
            return _float(json.dumps(value))
        case _:
            return json.dumps(value)


def _escaped(letter: str) -> str:
    """A letter between double quotes; JSON's way, in halves, is not YAML's."""
    if letter in _ESCAPES:
        return _ESCAPES[letter]
    if letter.isprintable():
        return letter
    number = ord(letter)
    return f"\\u{number:04x}" if number < 2**16 else f"\\U{number:08x}"


def _float(text: str) -> str:
    """YAML 1.1 asks for a dot and for the sign of an exponent."""
    mantissa, exponent, power = text.partition("e")
    if not exponent:
        return text
    dotted = mantissa if "." in mantissa else f"{mantissa}.0"
    return f"{dotted}e{power if power[0] in '+-' else '+' + power}"
