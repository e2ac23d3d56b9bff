"""Where something stands in a file.

Lines and columns count from 1, in characters; the end is exclusive, so that a
span on one line underlines `end.column - start.column` characters.
"""

from typing import NamedTuple

# Tuples, as every value of every file has a span of two positions: these are made ten
# times as often as anything else, and a frozen dataclass takes three times as long.


class Position(NamedTuple):
    """A place between two characters of a text."""

    line: int
    column: int


class Span(NamedTuple):
    """A stretch of one file; `file` is written as messages show it."""

    file: str
    start: Position
    end: Position

    def __str__(self) -> str:
        return f"{self.file}:{self.start.line}:{self.start.column}"


def start_of(file: str) -> Span:
    """Span of a file's first character, for findings about the file as a whole."""
    return Span(file, Position(1, 1), Position(1, 1))
