"""A text by its lines, counted as the one who reads it counts them.

YAML ends a line at three more characters than Python does; a place that a YAML
parser names is only found again when its lines are counted the same way.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

from compiler.diagnostics.span import Position, Span

_YAML_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_PYTHON_BREAK = re.compile("\r\n|[\r\n]")


@dataclass(frozen=True, slots=True)
class Lines:
    """A text, and where each of its lines begins and ends; a break belongs to no line."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, text: str, name: str) -> "Lines":
        """The lines of the file called `name`."""
        pattern = _PYTHON_BREAK if name.endswith(".py") else _YAML_BREAK
        breaks = [found.span() for found in pattern.finditer(text)]
        starts = (0, *(end for _, end in breaks))
        return cls(text, starts, (*(start for start, _ in breaks), len(text)))

    def line(self, number: int) -> str | None:
        """Line `number`, counted from 1; None where the text has no such line."""
        if not 0 < number <= len(self.starts) or self._is_behind_the_end(number):
            return None
        return self.text[self.starts[number - 1] : self.ends[number - 1]]

    def _is_behind_the_end(self, number: int) -> bool:
        """What follows the last break is no line when it is empty."""
        return number == len(self.starts) and self.starts[-1] == len(self.text)

    def offset(self, position: Position) -> int:
        """How many characters stand before `position`; one outside the text is drawn into it."""
        number = min(max(position.line, 1), len(self.starts))
        return min(self.starts[number - 1] + max(position.column, 1) - 1, self.ends[number - 1])

    def stretch(self, span: Span) -> str:
        """The text that stands at `span`."""
        return self.text[self.offset(span.start) : self.offset(span.end)]

    def position(self, offset: int) -> Position:
        """The line and column of the character at `offset`."""
        number = bisect_right(self.starts, offset)
        return Position(number, offset - self.starts[number - 1] + 1)
