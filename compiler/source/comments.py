"""Comments that are meant for this program: `# deploy: …`.

A parser drops comments.  They are found in the text, and told from a `#` inside a
value by where the values stand.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from compiler.diagnostics import Span
from compiler.diagnostics.lines import Lines
from compiler.source.yaml_loader import contents

_ADDRESSED = re.compile(r"(?<!\S)#[ \t]*deploy:[ \t]*(?P<order>[^\n\r\x85\u2028\u2029#]*)")
_BLANK = re.compile(r"[ \t]*(?:#.*|---.*|%.*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One comment; `order` is what it says after `deploy:`, which begins at `offset`.

    `line` is the one that it is about: its own, or the next one with a value where it stands
    alone; None where no line follows.  `is_first` says that nothing but comments precedes it.
    """

    order: str
    offset: int
    at: Span
    line: int | None
    is_alone: bool
    is_first: bool


def comments(lines: Lines, file: str) -> Iterator[Comment]:
    """The comments of a YAML text that are addressed to this program, in order."""
    if "deploy:" not in lines.text:
        return
    values = list(contents(lines.text))
    starts = [start for start, _ in values]
    first = lines.position(starts[0]).line if starts else len(lines.starts) + 1
    below = _Below(lines)
    for found in _ADDRESSED.finditer(lines.text):
        place = bisect_right(starts, found.start()) - 1
        if place < 0 or values[place][1] <= found.start():
            yield _comment(found, lines, file, first, below)


def _comment(found: re.Match[str], lines: Lines, file: str, first: int, below: "_Below") -> Comment:
    start, order = lines.position(found.start()), found["order"].rstrip()
    is_alone = not lines.text[lines.starts[start.line - 1] : found.start()].strip()
    return Comment(
        order=order,
        offset=found.start("order"),
        at=Span(file, start, lines.position(found.start("order") + len(order))),
        line=below.next(start.line) if is_alone else start.line,
        is_alone=is_alone,
        is_first=is_alone and start.line < first,
    )


class _Below:
    """Finds the lines that comments are about, of many comments in a row at once."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._found = (0, 0)  # the lines between these two are blank, the last one is not

    def next(self, number: int) -> int | None:
        """The first line below that is more than a comment."""
        start, end = self._found
        if not start <= number < end:
            below = range(number + 1, len(self._lines.starts) + 2)
            end = next(each for each in below if not self._is_blank(each))
            self._found = (number, end)
        return end if end <= len(self._lines.starts) else None

    def _is_blank(self, number: int) -> bool:
        is_there = number <= len(self._lines.starts)
        return is_there and _BLANK.fullmatch(self._lines.line(number) or "") is not None
