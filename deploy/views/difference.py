"""What fixes change in files, as a unified diff.  Pure: value to text."""

import difflib
import re
from collections.abc import Iterator

from compiler.plan.mask import Mask, quoted

_LINE = re.compile(r"[^\n]*\n|[^\n]+$")


def render_difference(file: str, before: str, after: str, mask: Mask) -> str:
    """The lines of one file that change, and three around them; secrets are left out.

    A diff with a secret left out cannot be applied by `patch`.
    """
    pair = (_LINE.findall(before), _LINE.findall(after))
    lines = difflib.unified_diff(*pair, fromfile=file, tofile=file)
    return "".join(_shown(lines, mask))


def _shown(lines: Iterator[str], mask: Mask) -> Iterator[str]:
    for line in lines:
        text = line.removesuffix("\n")
        yield f"{text[:1]}{mask.text(quoted(text[1:]))}\n"
        if text == line:
            yield "\\ No newline at end of file\n"
