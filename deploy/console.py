"""The two streams: data on stdout, everything about the run on stderr.

The only place that prints.  Colour is laid on at the very end, by the first
character of a line, so that views stay plain text.
"""

import os
import re
import shutil
import sys

import click

from compiler.plan.mask import Mask

_PAINT = {"+": "green", "~": "yellow", "-": "red", "=": "cyan", "!": "red"}
_CAUSE = re.compile(r"(.*)(  \((?:change|drift|both|left the file|cause unknown)[^()]*\))$")
_INNER = re.compile(r" {6,}([-+~…]) |    (!) ")
_INNER_PAINT = {"+": "green", "-": "red", "~": "yellow", "…": "bright_black", "!": "magenta"}
_MARK = re.compile(r"( +\| +)(\^+|-+)((?: .*)?)$")


class Console:
    """Where a run speaks; nothing secret gets past it.

    `is_detailed` says that every request is told: nothing moves on the screen then.
    """

    def __init__(self, mask: Mask) -> None:
        self.mask = mask
        self.is_detailed = False
        self._colour = False if os.environ.get("NO_COLOR") else None  # None: at a terminal

    @property
    def width(self) -> int | None:
        """Columns of the terminal that findings are read at; None where there is none."""
        return shutil.get_terminal_size().columns if sys.stderr.isatty() else None

    @property
    def columns(self) -> int | None:
        """Columns of the terminal that data is read at; None where there is none."""
        return shutil.get_terminal_size().columns if sys.stdout.isatty() else None

    def plan(self, text: str) -> None:
        """A plan as text, with the break at the end of its last line."""
        painted = "\n".join(map(_planned, _painted(self.mask.text(text)).split("\n")))
        click.echo(painted, nl=not text.endswith("\n"), color=self._colour)

    def data(self, text: str) -> None:
        """What the caller asked for."""
        if text:
            click.echo(_painted(self.mask.text(text)), color=self._colour)

    def document(self, text: str) -> None:
        """What the caller asked for in a format of its own, which a mask could break.

        Its secrets were taken out of its parts.
        """
        if text:
            click.echo(text, nl=not text.endswith("\n"))

    def tell(self, text: str) -> None:
        """What is good to know about the run."""
        if text:
            click.echo(self.mask.text(text), err=True, color=self._colour)

    def findings(self, text: str, *, is_data: bool = False) -> None:
        """Findings, their severity and their marks in colour; on stdout where they are the data."""
        if text:
            painted = "\n".join(map(_finding, self.mask.text(text).split("\n")))
            click.echo(painted, err=not is_data, color=self._colour)


def _painted(text: str) -> str:
    return "\n".join(
        click.style(line, fg=_PAINT[line[0]]) if line[:1] in _PAINT and line[1:2] == " " else line
        for line in text.split("\n")
    )


def _planned(line: str) -> str:
    """A line inside an action: what comes and goes, and whose doing it is."""
    if found := _INNER.match(line):
        return click.style(line, fg=_INNER_PAINT[found[1] or found[2]])
    if line.startswith("    ") and (found := _CAUSE.fullmatch(line)):
        return found[1] + click.style(found[2], fg="magenta")
    return line


def _finding(line: str) -> str:
    if line.startswith("DEP"):
        colour = "red" if " error: " in line else "yellow" if " warning: " in line else "cyan"
        return click.style(line, fg=colour, bold=True)
    if found := _MARK.match(line):
        return (
            found[1] + click.style(found[2], fg="red" if found[2][0] == "^" else "blue") + found[3]
        )
    return line
