"""Where something stands in a file.

Lines and columns count from 1, in characters; the end is exclusive, so that a
span on one line underlines `end.column - start.column` characters.
"""

from typing import NamedTuple, Self

# Tuples, as every value of every file has a span of two positions: these are made ten
# times as often as anything else, and a frozen dataclass takes three times as long.


class Position(NamedTuple):
    """A place between two characters of a text."""

    line: int
    column: int


class Span(tuple[str, int, int, int, int]):
    """A stretch of one file; `file` is written as messages show it.

    It keeps numbers, and makes the positions of them when they are asked for: most never are,
    and objects of their own would be a tenth of all the memory that a run takes.
    """

    __slots__ = ()

    def __new__(cls, file: str, start: Position, end: Position) -> Self:
        return tuple.__new__(cls, (file, *start, *end))

    @classmethod
    def of(cls, file: str, line: int, column: int, last: int, end: int) -> Self:
        """The same of numbers: where it begins, its last line, and the column it ends before."""
        return tuple.__new__(cls, (file, line, column, last, end))

    def __getnewargs__(self) -> tuple[str, Position, Position]:  # for copies
        return self.file, self.start, self.end

    @property
    def file(self) -> str:
        """The file's name."""
        return self[0]

    @property
    def start(self) -> Position:
        """Where it begins."""
        return Position(self[1], self[2])

    @property
    def end(self) -> Position:
        """Where it ends, exclusive."""
        return Position(self[3], self[4])

    def __str__(self) -> str:
        return f"{self[0]}:{self[1]}:{self[2]}"

    def __repr__(self) -> str:
        return f"Span(file={self.file!r}, start={self.start!r}, end={self.end!r})"


def start_of(file: str) -> Span:
    """Span of a file's first character, for findings about the file as a whole."""
    return Span(file, Position(1, 1), Position(1, 1))
