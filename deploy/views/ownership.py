"""The table of what a stack can own, for people: `deploy explain ownership` and its page."""

import json
from collections.abc import Iterator
from itertools import zip_longest

from compiler.desired.address import Kind
from compiler.state.ownership import OWNED, Left, Owned

_HEADS = ("field", "when it left the file", "besides")
_ABOUT = """\
A field that the file gives is the stack's: the server is made equal to it, as a whole. A field
that it does not give is the server's business, unless the last apply wrote it: then it has left
the file, and goes back to what this table says. A field that is not in the table is never read,
compared or written. `ignore` leaves single places to the server."""


def as_text() -> str:
    """One table a kind, in columns."""
    return "\n\n".join([_ABOUT, *(_columns(kind) for kind in Kind)])


def _columns(kind: Kind) -> str:
    rows = [_HEADS, *map(_cells, OWNED[kind])]
    widths = [max(map(len, column)) for column in zip_longest(*rows, fillvalue="")]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
    return f"{kind}\n\n" + "\n".join(f"  {line}" for line in lines)


def as_markdown() -> str:
    """One table a kind."""
    return "\n\n".join(["# What a stack owns", _ABOUT, *_tables()]) + "\n"


def _tables() -> Iterator[str]:
    for kind in Kind:
        rows = [_HEADS, ("---",) * len(_HEADS), *map(_cells, OWNED[kind])]
        yield f"## {kind}\n\n" + "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cells(owned: Owned) -> tuple[str, str, str]:
    return (owned.field, _left(owned), owned.note)


def _left(owned: Owned) -> str:
    if isinstance(owned.left, Left):
        return owned.left.value
    return json.dumps(owned.left, default=list)
