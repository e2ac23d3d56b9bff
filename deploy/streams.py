"""The two streams as they are: a terminal or a file, how wide, and of which code page.

Where a code page lacks a symbol of ours, it becomes what people write for it in ASCII, and any
other letter its number; so that nothing that is said is lost, and no name makes a run fail.
"""

import codecs
import io
import os
import sys
from collections.abc import Mapping
from typing import TextIO

import click

STAND_INS: Mapping[str, str] = {
    "→": "->",
    "←": "<-",
    "…": "...",
    "·": ".",
    "░": ":",
    "▒": "+",
    "▓": "x",
    "█": "#",
    "−": "-",
    "≠": "!=",
    "✓": "v",
    "\u2421": "^?",
    "\ufffd": "?",
    **{chr(0x2400 + code): f"^{chr(code + 0x40)}" for code in range(0x20)},  # as `visible` shows it
}
_NAME = "deploy.streams"
_USUAL = 80  # columns of a terminal that does not say
_WIDER = 4  # columns that stand-ins may take more than what they stand for


def soften(stream: TextIO) -> None:
    """Have the stream write whatever it is given."""
    if isinstance(stream, io.TextIOWrapper):
        codecs.register_error(_NAME, _instead)
        stream.reconfigure(errors=_NAME)


def carries(stream: TextIO) -> bool:
    """Whether the stream's code page has the symbols that are written most."""
    try:
        "→…".encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def say(text: str, *, err: bool = False, nl: bool = True, color: bool | None = None) -> None:
    """Print a text for people; `color` None is where there is a terminal."""
    stream = sys.stderr if err else sys.stdout  # by name: click would not believe in ASCII
    click.echo(text, file=stream, nl=nl, color=color)


def write_document(text: str) -> None:
    """Print a text that other programs read; its form says UTF-8, whatever the code page is."""
    if not text:
        return
    takes_bytes = isinstance(sys.stdout, io.TextIOWrapper) and not sys.stdout.isatty()
    message = text.encode("utf-8", "backslashreplace") if takes_bytes else text
    click.echo(message, file=sys.stdout, nl=not text.endswith("\n"))


def is_plain(environ: Mapping[str, str]) -> bool:
    """Whether a terminal is to be sent text and nothing else."""
    return bool(environ.get("NO_COLOR")) or environ.get("TERM") == "dumb"


def takes_links(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether links may be sent: a terminal that knows none passes over them, but for these."""
    is_known = environ.get("TERM", "") not in {"", "linux"} or sys.platform == "win32"
    return stream.isatty() and is_known and not is_plain(environ)


def room(stream: TextIO) -> int | None:
    """Columns of the terminal behind a stream; None where there is none."""
    if not stream.isatty():
        return None
    told = os.environ.get("COLUMNS", "")
    try:
        columns = int(told) if told.isdecimal() else os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):  # a stream of a test, or no device that has a size
        columns = 0
    columns = columns or _USUAL
    return columns if carries(stream) else columns - _WIDER


def _instead(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end]
    return "".join(STAND_INS.get(each) or _number(each) for each in letters), error.end


def _number(letter: str) -> str:
    return letter.encode("ascii", "backslashreplace").decode("ascii")
