"""`--var name=value` and `--set path=value`, as nodes that know where they were said.

All arguments of one option are read as the lines of a text that is called like the
option, so that a message can quote them like any file.
"""

import re
from collections.abc import Sequence as Arguments

from compiler.diagnostics import Position, Report, Span
from compiler.source.nodes import Mapping, Node, Scalar, Sequence
from compiler.source.yaml_loader import load

VAR, SET, OUTPUT = "--var", "--set", "--set-output"
_NAMED_BY = {  # the key by which a thing in a list is known
    "deployments": "name",
    "work_pools": "name",
    "work_queues": "name",
    "variables": "name",
    "concurrency_limits": "name",
    "tag_limits": "tag",
    "automations": "name",
}
_BLOCKS = "blocks"  # known by two keys, as TYPE/NAME
_STEP = re.compile(r"\"(?P<quoted>[^\"]*)\"|(?P<plain>[^.\"]+)")


def as_lines(arguments: Arguments[str]) -> str:
    """The text that messages quote: one argument a line."""
    return "\n".join(argument.replace("\n", " ") for argument in arguments)


def read_variables(arguments: Arguments[str], option: str = VAR) -> Mapping:
    """The inputs that `--var` gives, each a text; a later one wins.  So with `--set-output`."""
    entries: dict[str, tuple[Scalar, Node]] = {}
    for line, argument in enumerate(arguments, start=1):
        name, _, value = argument.partition("=")
        key = Scalar(name, _span(option, line, 0, len(name)), name)
        at = _span(option, line, len(name) + 1, len(argument))
        entries[name] = (key, Scalar(value, at, value))
    return Mapping(tuple(entries.values()), _span(option, 1, 0, 0))


def read_settings(arguments: Arguments[str], report: Report) -> tuple[Mapping, ...]:
    """What each `--set` lays over the files, in the form of an environment."""
    found = (_setting(argument, line, report) for line, argument in enumerate(arguments, start=1))
    return tuple(each for each in found if each is not None)


def typed(text: str, at: Span, report: Report) -> Node | None:
    """The YAML value that a text spells, placed where the text was said."""
    if not text.strip():
        return Scalar(None, at, text)
    placed = "\n" * (at.start.line - 1) + " " * (at.start.column - 1) + text
    return load(placed, file=at.file, report=report)


def _setting(argument: str, line: int, report: Report) -> Mapping | None:
    path, _, value = argument.partition("=")
    steps = [
        Scalar(
            found["plain"] if found["quoted"] is None else found["quoted"],
            _span(SET, line, found.start(), found.end()),
            found[0],
        )
        for found in _STEP.finditer(path)
    ]
    node = typed(value, _span(SET, line, len(path) + 1, len(argument)), report)
    if node is None:
        return None
    for at in range(len(steps) - 1, -1, -1):
        node = _under(steps, at, node)
    return node if isinstance(node, Mapping) else None


def _under(steps: list[Scalar], at: int, node: Node) -> Node:
    """`node` under one step of a path; things in a list are found by their name."""
    step = steps[at]
    around = str(steps[at - 1].value) if at else ""
    if around == _BLOCKS and at == 1 and isinstance(node, Mapping):
        kind, _, own = str(step.value).partition("/")
        known = (_text_entry("type", kind, step.span), _text_entry("name", own, step.span))
        return Sequence((Mapping((*known, *node.entries), step.span),), step.span)
    if around in _NAMED_BY and isinstance(node, Mapping):
        key = _NAMED_BY[around]
        name = Scalar(key, step.span, key)
        return Sequence((Mapping(((name, step), *node.entries), step.span),), step.span)
    return Mapping(((step, node),), step.span)


def _text_entry(key: str, text: str, at: Span) -> tuple[Scalar, Node]:
    return Scalar(key, at, key), Scalar(text, at, text)


def _span(file: str, line: int, start: int, end: int) -> Span:
    return Span(file, Position(line, start + 1), Position(line, end + 1))
