"""Letters as a terminal shows them: how wide, and which are not to be sent to it.

Source: Unicode Standard Annex 11 (East Asian Width), as `unicodedata` has it.
"""

import re
import unicodedata
from collections.abc import Iterator

from compiler.diagnostics.visible import one_line, visible

__all__ = ["broken", "cells", "one_line", "paragraphs", "width", "wrapped"]

_TAB = 4  # columns; fixed, so that a mark stands under its text whatever precedes the line
_NOTE = re.compile(r" +(?:= \w+: )")
_WORD = re.compile(r"(\s*)(\S+)")
_HANGING = 4  # columns by which a line that goes on is moved
_LEAST = 20  # columns of a line on the narrowest terminal
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
    room, lines, piece = max(columns, width(rest) + _LEAST), [], first
    taken = width(first)
    for gap, word in _WORD.findall(line):
        wide = width(gap + word)
        if piece in (first, rest) or taken + wide <= room:
            piece, taken = piece + gap + word, taken + wide
        else:
            lines.append(piece)
            piece, taken = rest + word, width(rest + word)
    return [*lines, piece]


def broken(line: str, columns: int | None) -> Iterator[str]:
    """The line in pieces that a terminal has room for; nothing of it is lost."""
    if columns is None or width(line) <= columns:
        yield line
        return
    indent = " " * (len(line) - len(line.lstrip(" ")) + _HANGING)
    room = max(_LEAST, columns)
    piece, taken = "", 0
    for letter, wide in cells(line):
        if taken + wide > room:
            kept, rest = _at_a_blank(piece, room, indent)
            yield kept
            piece = indent + rest
            taken = width(piece)
        if piece != indent or letter != " ":
            piece, taken = piece + letter, taken + wide
    yield piece


def _at_a_blank(piece: str, room: int, indent: str) -> tuple[str, str]:
    """The piece up to its last blank, and what comes after if that fits into the next line."""
    kept, _, rest = piece.rpartition(" ")
    fits = width(indent + rest) < room
    return (kept.rstrip(), rest) if kept.strip() and fits else (piece, "")


def paragraphs(text: str, columns: int | None) -> str:
    """What is told of a run, in lines that fit; what is indented may be copied, and stays whole."""
    return "\n".join(part for line in text.split("\n") for part in _paragraph(line, columns))


def _paragraph(line: str, columns: int | None) -> list[str]:
    note = _NOTE.match(line)
    if columns is None or (line.startswith("  ") and note is None):
        return [line]
    first = note[0] if note else ""
    return wrapped(line[len(first) :], columns, first=first, rest=" " * len(first) or "  ")
