"""Rows under heads, of which each takes several lines where a terminal is too narrow for one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from deploy.views.letters import width

_GAP = "  "
_INDENT = "     "


@dataclass(frozen=True, slots=True)
class _Column:
    """A column; its cells have equal widths."""

    head: str
    cells: tuple[str, ...]

    @property
    def columns(self) -> int:
        return width(self.head)


def table(rows: Sequence[Mapping[str, str]], columns: int | None = None) -> Iterator[str]:
    """The lines of a table whose heads are the names in each row.

    `columns` are the terminal's; without one each row is a line.
    """
    if not rows:
        return
    filled = [_column(head, [row[head] for row in rows]) for head in rows[0]]
    parts = list(_broken(filled, columns))
    for cells_of_lines in _lines(parts, len(rows)):
        for at, cells in enumerate(cells_of_lines):
            line = (_INDENT if at else "") + _GAP.join(cells).rstrip()
            if line.strip():
                yield line


def _lines(parts: Sequence[Sequence[_Column]], rows: int) -> Iterator[list[list[str]]]:
    """For the head and for each row, the cells of each of its lines."""
    yield [[column.head for column in part] for part in parts]
    for row in range(rows):
        yield [[column.cells[row] for column in part] for part in parts]


def _column(head: str, cells: Sequence[str]) -> _Column:
    """A column whose head and cells are filled up with blanks."""
    wide = max(map(width, (head, *cells)))
    head, *filled = (text + " " * (wide - width(text)) for text in (head, *cells))
    return _Column(head, tuple(filled))


def _broken(table: Sequence[_Column], columns: int | None) -> Iterator[list[_Column]]:
    """The columns in as many parts as a terminal needs to have room for each."""
    part: list[_Column] = []
    taken = 0
    for column in table:
        wide = len(_GAP) + column.columns
        if part and columns is not None and taken + wide - len(_GAP) > columns:
            yield part
            part, taken = [], len(_INDENT)
        part.append(column)
        taken += wide
    yield part
