"""The two streams: data on stdout, everything about the run on stderr.

The only place that prints.  Colour is laid on at the very end, by the first
character of a line, so that views stay plain text.
"""

import click

from deploy.views.mask import Mask

_PAINT = {"+": "green", "~": "yellow", "-": "red", "=": "cyan", "!": "red"}


class Console:
    """Where a run speaks; nothing secret gets past it."""

    def __init__(self, mask: Mask) -> None:
        self.mask = mask

    def data(self, text: str) -> None:
        """What the caller asked for."""
        if text:
            click.echo(_painted(self.mask.text(text)))

    def tell(self, text: str) -> None:
        """What is good to know about the run."""
        if text:
            click.echo(self.mask.text(text), err=True)

    def findings(self, text: str) -> None:
        """Findings, their severity in colour."""
        if text:
            click.echo("\n".join(map(_severity, self.mask.text(text).split("\n"))), err=True)


def _painted(text: str) -> str:
    return "\n".join(
        click.style(line, fg=_PAINT[line[0]]) if line[:1] in _PAINT and line[1:2] == " " else line
        for line in text.split("\n")
    )


def _severity(line: str) -> str:
    if line.startswith("DEP"):
        colour = "red" if " error: " in line else "yellow" if " warning: " in line else "cyan"
        return click.style(line, fg=colour, bold=True)
    return line
