"""A document that knows where each of its values was written.

Overlays, defaults and templates work on these nodes and keep their spans, so
that a message about a value can always point at the text that caused it.
"""

import json
from collections.abc import Iterator
from collections.abc import Mapping as Values
from dataclasses import dataclass, field
from typing import TypeAlias

from compiler.desired.json import Json
from compiler.diagnostics import Span

_LOOKED_THROUGH = 12  # entries: a dictionary of its own is as large as all that it would find


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value; `text` is what was written, before YAML gave it a type.

    `via` are the places, in other files too, of what a template has put into it.
    """

    value: bool | int | float | str | None
    span: Span
    text: str
    via: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list, in written order."""

    items: "tuple[Node, ...]"
    span: Span


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping, in written order; its keys are text."""

    entries: "tuple[tuple[Scalar, Node], ...]"
    span: Span
    _by_name: "dict[object, tuple[Scalar, Node]] | None" = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        is_long = len(self.entries) > _LOOKED_THROUGH
        by_name = {entry[0].value: entry for entry in self.entries} if is_long else None
        object.__setattr__(self, "_by_name", by_name)

    def get(self, name: str) -> "Node | None":
        """Value under the key `name`, or None."""
        if self._by_name is None:  # of all that is done to a document, this is done most often
            for key, node in self.entries:
                if key.value == name:
                    return node
            return None
        entry = self._by_name.get(name)
        return None if entry is None else entry[1]

    def key(self, name: str) -> Scalar | None:
        """The key `name` itself, to point at, or None."""
        return next((key for key, _ in self.entries if key.value == name), None)

    def __iter__(self) -> "Iterator[tuple[str, Node]]":
        return ((str(key.value), node) for key, node in self.entries)


Node: TypeAlias = Scalar | Sequence | Mapping


def plain(node: Node) -> Json:
    """The value without its places."""
    match node:
        case Scalar(value):
            return value
        case Sequence(items):
            return [plain(item) for item in items]
        case Mapping():
            return {name: plain(item) for name, item in node}


def placed(value: Json, span: Span) -> Node:
    """A value that nobody wrote, in the place of what stands at `span`."""
    match value:
        case None | bool() | int() | float() | str():
            return Scalar(value, span, value if isinstance(value, str) else json.dumps(value))
        case Values():
            entries = ((Scalar(key, span, key), placed(item, span)) for key, item in value.items())
            return Mapping(tuple(entries), span)
        case list() | tuple():
            return Sequence(tuple(placed(item, span) for item in value), span)
        case _:
            raise AssertionError("only JSON has a place in a document")
