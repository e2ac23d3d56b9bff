"""A name that the server does not take or cannot find again.

What it finds:
    The name of a deployment, flow, work pool, work queue, limit or automation, or a limited
    tag, that is empty, longer than 255 characters, has one of `/ % & > <` or a control
    character in it, is `.` or `..`, or begins or ends with a blank.

Why it matters:
    The server refuses some of these names. Others it stores and cannot find again, since a
    name is part of an address there.

Example:
    deployments:
      - {name: etl/nightly, entrypoint: "flows/etl.py:etl"}

Use instead:
    deployments:
      - {name: etl-nightly, entrypoint: "flows/etl.py:etl"}

Known limits:
    A work pool or queue that a deployment only uses is looked at too: no such thing can exist.
    An automation may have all these signs in its name but the `/`, which stands between the
    names of a deployment and its trigger.
"""

import re

from compiler.diagnostics import Report, Rule, Severity, Span

RULE = Rule(code="DEP209", name="name-refused", severity=Severity.ERROR, page=__doc__)
_LONGEST = 255
_HARMLESS = re.compile(r"[%&><]")
_REFUSED = re.compile(r"[/%&><\x00-\x1f\x7f\ud800-\udfff]")


def check(name: str, at: Span, report: Report) -> None:
    """Report a name that the server refuses, breaks on, or cannot find again."""
    reason = complaint(name)
    if reason is not None:
        report.add(RULE, f"the name {name!r} {reason}", at)


def check_automation(name: str, at: Span, report: Report) -> None:
    """Report a name that could not be told from that of a deployment's trigger."""
    if "/" in name:
        message = f"the name {name!r} holds '/', which stands between names of other automations"
        report.add(RULE, message, at)
    elif (reason := complaint(_HARMLESS.sub("x", name))) is not None:
        report.add(RULE, f"the name {name!r} {reason}", at)


def complaint(name: str) -> str | None:
    """Why a thing cannot be called `name`; None if it can."""
    if not name or len(name) > _LONGEST:
        return f"should have 1 to {_LONGEST} characters"
    if found := _REFUSED.search(name):
        return f"holds {found[0]!r}, which the server refuses"
    if name in {".", ".."} or name != name.strip():
        return "could not be found again on the server"
    return None
