"""The two streams: data on stdout, everything about the run on stderr.

The only place that prints.  Colour is laid on at the very end, by the first
character of a line, so that views stay plain text.
"""

import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from compiler.plan.mask import Mask
from deploy.links import with_file, with_page
from deploy.loudness import is_quiet
from deploy.streams import is_plain, room, say, takes_links, write_document
from deploy.views.letters import paragraphs

_PAINT = {"+": "green", "~": "yellow", "-": "red", "=": "cyan", "!": "red"}
_CAUSE = re.compile(r"(.*)(  \((?:change|drift|both|left the file|cause unknown)[^()]*\))$")
_INNER = re.compile(r" {6,}([-+~…]) |    (!) ")
_INNER_PAINT = {"+": "green", "-": "red", "~": "yellow", "…": "bright_black", "!": "magenta"}
_MARK = re.compile(r"( +\| +)(\^+|-+)((?: .*)?)$")


class Console:
    """Where a run speaks; nothing secret gets past it.

    `is_detailed` says that every request is told: nothing moves on the screen then.
    One that `is_quiet` tells nothing of a run that goes well.  Where a line moves on the screen,
    `aside` is how to say something beside it.  `pages` are what addresses of a plan lead to.
    """

    def __init__(self, mask: Mask) -> None:
        self.mask = mask
        self.is_detailed = False
        self.is_quiet = is_quiet()
        self.pages: Mapping[str, str] = {}
        self.aside: Callable[[str], None] | None = None
        self._colour = False if is_plain(os.environ) else None  # None: at a terminal

    @property
    def width(self) -> int | None:
        """Columns of the terminal that findings are read at; None where there is none."""
        return room(sys.stderr)

    @property
    def columns(self) -> int | None:
        """Columns of the terminal that data is read at; None where there is none."""
        return room(sys.stdout)

    def plan(self, text: str) -> None:
        """A plan as text, with the break at the end of its last line."""
        lines = self.mask.text(text).split("\n")
        if self.pages and takes_links(sys.stdout, os.environ):
            lines = [with_page(line, self.pages) for line in lines]
        painted = "\n".join(map(_planned, _painted("\n".join(lines)).split("\n")))
        say(painted, nl=not text.endswith("\n"), color=self._colour)

    def data(self, text: str) -> None:
        """What the caller asked for."""
        if text:
            say(_painted(self.mask.text(text)), color=self._colour)

    def document(self, text: str) -> None:
        """What the caller asked for in a format of its own, which a mask could break.

        Its secrets were taken out of its parts.
        """
        write_document(text)

    def tell(self, text: str) -> None:
        """What is good to know about the run."""
        if not self.is_quiet:
            self.warn(text)

    def warn(self, text: str) -> None:
        """What has to be known, however little was to be said."""
        if not text:
            return
        told = paragraphs(self.mask.text(text), None if self.is_detailed else self.width)
        if self.aside is not None:
            self.aside(told)
        else:
            say(told, err=True, color=self._colour)

    def findings(self, text: str, *, is_data: bool = False) -> None:
        """Findings, their severity and their marks in colour; on stdout where they are the data."""
        if text:
            lines = self.mask.text(text).split("\n")
            if takes_links(sys.stdout if is_data else sys.stderr, os.environ):
                lines = [with_file(line, Path.cwd()) for line in lines]
            painted = "\n".join(map(_finding, lines))
            say(painted, err=not is_data, color=self._colour)


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
