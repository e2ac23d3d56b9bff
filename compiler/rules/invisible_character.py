"""A character that nobody sees.

What it finds:
    A no-break space, a zero-width space or joiner, or a byte order mark in the middle of a
    key or a value. They come with text that is copied from web pages and chats.

Why it matters:
    The text looks right and is another: an entrypoint names no file, and `tags` is no key.

Example:
    tags: ["night\u200bly"]

Use instead:
    tags: ["nightly"]

Known limits:
    Descriptions may hold them. A joiner between letters of a script that needs it, or inside
    an emoji, is left alone.
"""

import re

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Manifest
from compiler.source.nodes import Mapping, Node, Scalar, Sequence

RULE = Rule(code="DEP014", name="invisible-character", severity=Severity.WARNING, page=__doc__)
_NAMES = {
    "\u00a0": "a no-break space",
    "\u200b": "a zero-width space",
    "\u2060": "a word joiner",
    "\ufeff": "a byte order mark",
    "\u200d": "a zero-width joiner",
    "\u200c": "a zero-width non-joiner",
}
_ANYWHERE = re.compile("[\u00a0\u200b\u2060\ufeff]|(?<=[ -~])[\u200c\u200d](?=[ -~]|$)")


def check(manifest: Manifest, report: Report) -> None:
    """Report keys and values with a character that is not to be seen."""
    _look(manifest.document.node, report)


def _look(node: Node, report: Report) -> None:
    match node:
        case Scalar():
            _say(node, report)
        case Sequence(items):
            for item in items:
                _look(item, report)
        case Mapping(entries):
            for key, item in entries:
                _say(key, report)
                if key.value != "description":
                    _look(item, report)


def _say(scalar: Scalar, report: Report) -> None:
    text = scalar.text
    if not text.isascii() and (found := _ANYWHERE.search(text)):
        shown = text.replace(found[0], "·")
        message = f"there is {_NAMES[found[0]]} in {shown!r}, at the '·'"
        report.add(RULE, message, scalar.span, hint="write it anew instead of copying it")
