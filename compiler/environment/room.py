"""How much templates and defaults may make of the files of one run.

An input that is made of another twice, and so on, doubles with every line: thirty of them are
more than there is memory for.  So are large defaults below very many deployments.
"""

from compiler.diagnostics import Report, Span
from compiler.diagnostics.pages import document_too_large
from compiler.source.nodes import Node, Scalar, Sequence

DEEPEST = 200  # levels of nesting, as in a file that is read
DEEPEST_INPUT = 60  # levels of inputs and of what is in them, one within another
_MOST = 200_000  # values, in all files together, and more in long ones
_MORE = 3  # values a letter: ten thousand deployments may share defaults of a hundred values
_LETTERS = 32  # letters of a text that count as much as a value


class Room:
    """What is left of it; the first thing that does not fit is reported, and nothing after it.

    `letters` is how long the files are together.
    """

    def __init__(self, report: Report, *, letters: int = 0) -> None:
        self._report = report
        self._left = _MOST + _MORE * letters

    def takes(self, value: Node, at: Span, *, depth: int) -> bool:
        """Whether a value still fits where it is to be put, so many levels deep."""
        if self._left < 0:
            return False
        size, height = _measured(value, self._left)
        if depth + height > DEEPEST:
            self.refuse_depth(at)
            return False
        self._left -= size
        if self._left < 0:
            message = "templates put too much into the files"
            hint = "an input that is made of others twice grows with each of them"
            self._report.add(document_too_large.RULE, message, at, hint=hint)
        return self._left >= 0

    def takes_copies(self, value: Node, times: int) -> bool:
        """Whether a value fits under so many others."""
        if self._left < 0:
            return False
        self._left -= times * _measured(value, self._left)[0]
        if self._left < 0:
            message = f"this is too large to be laid under {times} deployments"
            self._report.add(document_too_large.RULE, message, value.span)
        return self._left >= 0

    def refuse_depth(self, at: Span) -> None:
        """Report something that would be nested too deeply."""
        message = "with its templates filled in, this is nested too deeply"
        self._report.add(document_too_large.RULE, message, at)


def _measured(node: Node, most: int) -> tuple[int, int]:
    """How much a value counts, with everything in it, and how many levels it has.

    What counts more than `most` is not looked at to its end.
    """
    if isinstance(node, Scalar):
        return 1 + (len(node.value) // _LETTERS if isinstance(node.value, str) else 0), 0
    size, height = 1, 0
    for item in node.items if isinstance(node, Sequence) else (each for _, each in node.entries):
        if size > most:
            break
        more, below = _measured(item, most - size)
        size, height = size + more, max(height, below)
    return size, height + 1
