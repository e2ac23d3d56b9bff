"""A path of `ignore` names something that is never left to the server.

What it finds:
    `entrypoint`, `name` and the other keys of a deployment that say what it is, that are set
    only once, or that stand for nothing on the server.

Why it matters:
    Nothing would be different: these values are written, or not written, all the same.

Example:
    ignore: [entrypoint]

Use instead:
    ignore: [description]

Known limits:
    None.
"""

from collections.abc import Iterable

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.ignoring import NEVER, Entry

RULE = Rule(code="DEP238", name="never-ignored", severity=Severity.ERROR, page=__doc__)


def check(entries: Iterable[Entry], report: Report) -> None:
    """Report paths of what is never left to the server."""
    for entry in entries:
        first = entry.steps[0] if entry.steps else ""
        if first in NEVER:
            message = f"{first!r} is never left to the server"
            report.add(RULE, message, entry.at, hint=NEVER[first])
