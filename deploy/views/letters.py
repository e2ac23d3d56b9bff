"""Letters as a terminal shows them: how wide, and which are not to be sent to it.

Source: Unicode Standard Annex 11 (East Asian Width), as `unicodedata` has it.
"""

import textwrap
import unicodedata
from collections.abc import Iterator

from compiler.diagnostics.visible import one_line, visible

__all__ = ["cells", "one_line", "width", "wrapped"]

_TAB = 4  # columns; fixed, so that a mark stands under its text whatever precedes the line
_JOINER = "\u200d"
_SKIN = range(0x1F3FB, 0x1F400)  # modifiers that colour the emoji before them


def cells(line: str) -> Iterator[tuple[str, int]]:
    """Each character of a line as it is shown, and how many columns it takes."""
    column, joined = 0, False
    for letter in line:
        shown = " " * (_TAB - column % _TAB) if letter == "\t" else visible(letter)
        wide = 0 if joined else sum(map(_width, shown))
        joined = letter == _JOINER
        column += wide
        yield shown, wide


def _width(letter: str) -> int:
    if letter.isascii():
        return 1
    if unicodedata.category(letter) in {"Mn", "Me", "Cf"} or ord(letter) in _SKIN:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in {"W", "F"} else 1


def width(text: str) -> int:
    """How many columns a line takes."""
    return len(text) if text.isascii() and text.isprintable() else sum(w for _, w in cells(text))


def wrapped(text: str, columns: int | None, *, first: str, rest: str) -> list[str]:
    """The text in lines that fit, behind what the first and the others begin with."""
    line = one_line(text)
    if columns is None or width(first + line) <= columns:
        return [first + line]
    return textwrap.wrap(
        line,
        max(columns, len(rest) + 20),
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first]
