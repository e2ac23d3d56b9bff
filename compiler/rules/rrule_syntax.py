"""A recurrence rule that cannot be read.

What it finds:
    An `rrule` that is no RFC 5545 recurrence rule, has an `INTERVAL` of zero, is longer than
    the 6500 characters that the server takes, or ends at a moment of UTC (`UNTIL=…Z`) without a
    `DTSTART` in UTC.

Why it matters:
    The server refuses it, after other deployments were written. A rule that never gets on,
    with an interval of zero, it accepts, and its scheduler looks for the next date for ever; at
    one with an end in UTC its scheduler fails.

Example:
    schedules:
      - rrule: "FREQ=NIGHTLY"

Use instead:
    schedules:
      - rrule: "FREQ=DAILY;BYHOUR=3;BYMINUTE=0"

Known limits:
    A rule that can be read and never occurs is DEP204.
"""

import re

from dateutil.rrule import rrulestr

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Schedule
from compiler.manifest.moment import rule

RULE = Rule(code="DEP203", name="rrule-syntax", severity=Severity.ERROR, page=__doc__)
_LONGEST = 6500  # the server's own bound
_ENDS_IN_UTC = re.compile(r"\bUNTIL=\w+Z\b", re.IGNORECASE)
_STANDS_STILL = re.compile(r"\bINTERVAL=0+(?!\d)", re.IGNORECASE)


def check(schedule: Placed[Schedule], report: Report) -> None:
    """Report a recurrence rule that the server would refuse."""
    rrule = schedule.value.rrule
    if rrule is None:
        return
    reason = complaint(rule(rrule)[0])
    if reason is not None:
        at = schedule.at("rrule")
        report.add(RULE, f"the recurrence rule cannot be used: {reason}", at)


def complaint(rrule: str) -> str | None:
    """Why the rule cannot be used; None if it can."""
    if len(rrule) > _LONGEST:
        return f"it has {len(rrule)} characters, the server takes {_LONGEST}"
    try:
        rrulestr(rrule)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        return str(error) or type(error).__name__
    if _STANDS_STILL.search(rrule):
        return "its interval is zero"
    if _ENDS_IN_UTC.search(rrule) and "DTSTART" not in rrule.upper():
        return "its UNTIL is in UTC, and it begins at no moment of UTC; leave the Z out"
    return None
