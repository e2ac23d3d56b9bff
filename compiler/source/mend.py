"""Fixes for values and keys of a YAML document, spelled as YAML has to have them.

None of them is made where the text at a place is not sure to be the value's own: in a value
of several lines, one that a template filled, or one that the call gives.
"""

import re

from compiler.diagnostics import Edit, Fix, Position, Safety, Span
from compiler.source.locate import Step, node_at
from compiler.source.nodes import Mapping, Node, Scalar

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./+-]*(?::[A-Za-z_][A-Za-z0-9_.]*)?")
_OPTION = "--"  # how the place of what the call gives begins
_WORDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])
_UNPRINTABLE = (  # compiled where it is needed: that takes longer than all the others
    "[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_VALUE = re.compile(r"\s*(?:- +)?[\w.-]+: +(?P<value>[*&@`%].*)")
_COMMENT = re.compile(r"\s#")


def spelled(text: str) -> str:
    """A text as YAML, in quotes where without them it could be something else."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return _quoted(text)


def in_quotes(node: Node | None, safety: Safety) -> Fix | None:
    """The value as the text that was written; None for what is that text already."""
    if not isinstance(node, Scalar) or node.value is None or node.value == node.text:
        return None
    return _written(node, _quoted(node.text), f"put it in quotes: {_quoted(node.text)}", safety)


def respelled(
    node: Node | None, was: str, text: str, *, safety: Safety = Safety.UNSAFE
) -> Fix | None:
    """Another text in the place of `was`; a guess at what was meant."""
    if not isinstance(node, Scalar) or node.value != was or node.text != was:
        return None
    return _written(node, spelled(text), f"write {text!r}", safety)


def rewritten(node: Node | None, yaml: str) -> Fix | None:
    """Another value, as YAML has it; a guess at what was meant."""
    if not isinstance(node, Scalar):
        return None
    return _written(node, yaml, f"write {yaml}", Safety.UNSAFE)


def renamed(root: Node, path: tuple[Step, ...], name: str) -> Fix | None:
    """Another name for the key that `path` ends in; None where that name is taken."""
    around = node_at(root, path[:-1])
    if not isinstance(around, Mapping) or around.key(name) is not None:
        return None
    return respelled(around.key(str(path[-1])), str(path[-1]), name)


def value_in_quotes(line: str, file: str, number: int) -> Fix | None:
    """Quotes for a value that YAML cannot read without, such as `cron: * * * * *`."""
    found = _VALUE.fullmatch(line)
    if found is None:
        return None
    value = _COMMENT.split(found["value"], maxsplit=1)[0].rstrip()
    if '"' in value:
        return None
    start = Position(number, found.start("value") + 1)
    end = Position(number, start.column + len(value))
    edit = Edit(Span(file, start, end), _quoted(value))
    message = f"put it in quotes: {_quoted(value)}"
    return Fix(message=message, edits=(edit,), safety=Safety.UNSAFE)


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _written(node: Scalar, yaml: str, message: str, safety: Safety) -> Fix | None:
    edits = (Edit(node.span, yaml),)
    return Fix(message=message, edits=edits, safety=safety) if _is_as_written(node) else None


def _is_as_written(node: Scalar) -> bool:
    """Whether the text at the node's place is its own, plain or in quotes.

    Of a block only the sign is there, which could be taken for a text of one letter; an
    anchor or a tag before a value makes its place wider than its text.
    """
    start, end = node.span.start, node.span.end
    width = end.column - start.column if start.line == end.line else -1
    is_block = width == 1 and isinstance(node.value, str)
    is_elsewhere = node.span.file.startswith(_OPTION) or "{{" in node.text
    return not is_block and not is_elsewhere and width in {len(node.text), len(node.text) + 2}


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{re.sub(_UNPRINTABLE, _escaped, escaped)}"'
