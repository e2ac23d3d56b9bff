r"""A recurrence rule that counts from a date it does not name.

What it finds:
    An `rrule` without `DTSTART` that has a `COUNT`, or an `INTERVAL` of several days, weeks,
    months or years.

Why it matters:
    The server counts from 1 January 2020. Ten occurrences of a day are long past: the schedule
    never fires. Every second week is every second week since then, which may not be yours.

Example:
    schedules:
      - rrule: "FREQ=DAILY;COUNT=10"

Use instead:
    schedules:
      - rrule: "DTSTART:20260105T060000\nRRULE:FREQ=DAILY;COUNT=10"

Known limits:
    An `INTERVAL` of hours or minutes counts from midnight and is left alone.
"""

import re

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Schedule
from compiler.manifest.moment import rule

RULE = Rule(code="DEP217", name="rrule-phase", severity=Severity.WARNING, page=__doc__)
_COUNTS = re.compile(r"\bCOUNT=\d+", re.IGNORECASE)
_SKIPS = re.compile(r"\bINTERVAL=0*(?:[2-9]|1\d)\d*", re.IGNORECASE)
_OF_DAYS = re.compile(r"\bFREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)\b", re.IGNORECASE)


def check(schedule: Placed[Schedule], report: Report) -> None:
    """Report a rule whose occurrences are counted from a date it does not say."""
    written = schedule.value.rrule
    if written is None:
        return
    text = rule(written)[0]
    counts = _COUNTS.search(text) or (_OF_DAYS.search(text) and _SKIPS.search(text))
    if counts is not None and "DTSTART" not in text.upper():
        report.add(
            RULE,
            f"'{counts[0]}' is counted from 1 January 2020",
            schedule.at("rrule"),
            hint='begin with "DTSTART:20260105T060000\\nRRULE:" and the date you mean',
        )
