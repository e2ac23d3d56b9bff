r"""An entrypoint that only one machine can follow.

What it finds:
    An entrypoint with backslashes, or with an absolute path to a file that is here.

Why it matters:
    The entrypoint is stored as it is written, and a worker follows it on its own machine:
    `flows\etl.py` is no path on Linux, and `/home/ann/shop/flows/etl.py` is not there.

Example:
    entrypoint: flows\etl.py:etl

Use instead:
    entrypoint: flows/etl.py:etl

Known limits:
    An absolute path to a file that is not here, such as one in an image, is left alone.
"""

import re

from compiler.diagnostics import Fix, Report, Rule, Severity
from compiler.entrypoints.read import Declared
from compiler.source.locate import node_at
from compiler.source.mend import respelled

RULE = Rule(code="DEP430", name="machine-path", severity=Severity.WARNING, page=__doc__)
_ABSOLUTE = re.compile(r"/|[A-Za-z]:[\\/]|\\\\")  # of POSIX, on a drive, on a Windows share


def check(declared: Declared, report: Report) -> None:
    """Report paths of Windows, and absolute ones."""
    written = declared.deployment.value.entrypoint or ""
    is_here = declared.reading is not None and declared.reading.flow is not None
    if "\\" in written:
        message = f"{written!r} is a path of Windows, and no path elsewhere"
        hint = "write it with '/', from the repository's root"
        at = declared.deployment.at("entrypoint")
        report.add(RULE, message, at, hint=hint, fix=_with_slashes(declared, written))
    elif is_here and _is_absolute(written):
        message = f"{written!r} is a path on this machine"
        hint = "write it from the repository's root"
        report.add(RULE, message, declared.deployment.at("entrypoint"), hint=hint)


def _is_absolute(written: str) -> bool:
    return _ABSOLUTE.match(written) is not None


def _with_slashes(declared: Declared, written: str) -> Fix | None:
    if _is_absolute(written):
        return None
    node = node_at(declared.deployment.node, ("entrypoint",))
    return respelled(node, written, written.replace("\\", "/"))
