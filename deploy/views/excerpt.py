"""Lines of a source with marks below them.

    12 |     entrypoint: flows/etl.py:etl
       |                 ---------------- defined here

A mark stands under its text whatever the letters are: wide, combining, tabs, or a secret
that is shown by another text.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate, pairwise

from compiler.diagnostics import Label, Position, Span
from deploy.views.findings import Findings
from deploy.views.letters import cells, one_line, width, wrapped

_WIDEST = 200  # columns of a line that are shown where there is no terminal
_LEAST = 20  # columns of a line that are shown on the narrowest one
_FAR = 1_000_000_000  # a column behind the end of any line
_LEAD = 3  # a cut line keeps a third of its columns before the mark


@dataclass(frozen=True, slots=True)
class Mark:
    """What is under one line: from one column to another, end exclusive."""

    start: int
    end: int
    letter: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Margin:
    """What stands left of a source: the numbers of its lines."""

    digits: int
    columns: int | None

    @property
    def empty(self) -> str:
        """The margin of a line without a number."""
        return " " * self.digits + " |"

    @property
    def room(self) -> int:
        """Columns that are left for a line of the source."""
        whole = _WIDEST if self.columns is None else self.columns
        return max(_LEAST, whole - self.digits - 3)


@dataclass(frozen=True, slots=True)
class Strip:
    """As much of a line as is shown: `text`, and where the characters of the line stand in it.

    `columns` are those of the whole line, which begins `moved` columns behind the text's
    beginning, and of which the text ends at the column `end`; None where it is all of it.
    """

    text: str
    columns: Sequence[int]
    moved: int = 0
    end: int | None = None

    def column(self, character: int) -> int:
        """Where a character, counted from 1, stands; where it was cut off, the nearest one."""
        column = self.columns[min(max(character, 1), len(self.columns)) - 1] + self.moved
        return max(column, 0) if self.end is None else min(max(column, 0), self.end)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """How lines of one file are quoted."""

    file: str
    margin: Margin
    findings: Findings

    def render(self, labels: Iterable[tuple[Label, str]]) -> Iterator[str]:
        """The lines that labels are about; each label comes with the letter of its mark."""
        marks: dict[int, list[Mark]] = {}
        for label, letter in labels:
            for number, mark in self._marks(label, letter):
                marks.setdefault(number, []).append(mark)
        there = [number for number in _with_gaps(sorted(marks)) if self._has(number)]
        if there:
            yield self.margin.empty
        for before, number in pairwise([*there[:1], *there]):
            if number > before + 1:
                yield "..."
            yield from self._line(number, marks.pop(number, []))
        for mark in (mark for left in marks.values() for mark in left if mark.message):
            yield f"{self.margin.empty} {one_line(mark.message)}"

    def _has(self, number: int) -> bool:
        return self.findings.line(self.file, number) is not None

    def _marks(self, label: Label, letter: str) -> Iterator[tuple[int, Mark]]:
        """What is marked of a label: its line, or its first and its last one."""
        start, end = label.span.start, _last(label.span)
        if start.line == end.line:
            yield start.line, Mark(start.column, end.column, letter, label.message)
            return
        yield start.line, Mark(start.column, _FAR, letter)
        found = self.findings.line(self.file, end.line)
        indent = len(found[0]) - len(found[0].lstrip()) if found else 0
        column = min(indent + 1, end.column)
        yield end.line, Mark(column, end.column, letter, label.message)

    def _line(self, number: int, marks: list[Mark]) -> Iterator[str]:
        margin = self.margin
        found = self.findings.line(self.file, number)
        if found is None:
            return
        moved = sorted((_moved(mark, *found) for mark in marks), key=lambda mark: mark.start)
        strip = _cut(found[1], moved[0].start if moved else 1, margin.room)
        yield f"{number:>{margin.digits}} | {strip.text}".rstrip()
        for mark in moved:
            yield from _under(mark, strip, margin)


def _last(span: Span) -> Position:
    """The end of a span; one at the beginning of a line is the end of the line before."""
    if span.end.line > span.start.line and span.end.column <= 1:
        return Position(span.end.line - 1, _FAR)
    return span.end if span.end.line >= span.start.line else span.start


def _with_gaps(numbers: list[int]) -> Iterator[int]:
    """The numbers, and each that alone is missing between two of them."""
    for number, after in pairwise([*numbers, 0]):
        yield number
        if after == number + 2:
            yield number + 1


def _moved(mark: Mark, written: str, shown: str) -> Mark:
    """The mark where a line is shown that has another text in a secret's place."""
    if written == shown:
        return mark
    hidden = _hidden(written, shown)
    start, end = _shifted(mark.start, *hidden), _shifted(mark.end, *hidden)
    return replace(mark, start=start, end=max(start, end))


@lru_cache(maxsize=4)
def _hidden(written: str, shown: str) -> tuple[int, int, int]:
    """From which column to which another text is shown, and how much longer that is."""
    same = _common(written, shown)
    tail = _common(written[same:][::-1], shown[same:][::-1])
    return same + 1, len(written) - tail + 1, len(shown) - len(written)


def _shifted(column: int, first: int, last: int, by: int) -> int:
    """A column of the written line on the shown one; all of a hidden text is its beginning."""
    if column <= first or column == _FAR:
        return column
    return column + by if column >= last else first


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with that are the same."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _cut(line: str, character: int, room: int) -> Strip:
    """As much of the line around a character as there is room for."""
    if len(line) <= room and line.isascii() and line.isprintable():
        return Strip(line, range(len(line) + 1))
    shown, columns = _laid_out(line)
    if columns[-1] <= room:
        return Strip("".join(shown), columns)
    at = columns[min(character - 1, len(shown))]
    left = max(0, min(at - room // _LEAD, columns[-1] - room + 1))
    first = bisect_left(columns, left)
    rest = columns[-1] - columns[first]
    last = len(shown) if rest < room else bisect_right(columns, columns[first] + room - 2) - 1
    before, after = "…" if first else "", "…" if last < len(shown) else ""
    moved = len(before) - columns[first]
    return Strip(
        before + "".join(shown[first:last]) + after, columns, moved=moved, end=columns[last] + moved
    )


@lru_cache(maxsize=4)  # findings come in reading order: many may be on one long line
def _laid_out(line: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The characters of a line as they are shown, and the columns at which they begin."""
    shown = tuple(cells(line))
    columns = tuple(accumulate((wide for _, wide in shown), initial=0))
    return tuple(text for text, _ in shown), columns


def _under(mark: Mark, strip: Strip, margin: Margin) -> Iterator[str]:
    """The marks below a line; their message beside them, or below where it does not fit."""
    start, end = strip.column(mark.start), strip.column(mark.end)
    under = f"{margin.empty} {' ' * start}{mark.letter * max(1, end - start)}"
    message = one_line(mark.message)
    beside = f"{under} {message}".rstrip()
    if margin.columns is None or width(beside) <= margin.columns:
        yield beside
        return
    yield under
    lead = f"{margin.empty}   "
    yield from wrapped(message, margin.columns, first=lead, rest=lead)
