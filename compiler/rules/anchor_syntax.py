"""An interval's anchor is no date.

What it finds:
    An `anchor_date` that is no ISO 8601 date or time.

Why it matters:
    The server refuses it, after other deployments were written.

Example:
    schedules:
      - {interval: 3600, anchor_date: monday}

Use instead:
    schedules:
      - {interval: 3600, anchor_date: "2026-01-31T09:00:00+01:00"}

Known limits:
    Without an offset the date is UTC, whatever `timezone` says. Beside `cron` or `rrule` an
    anchor is checked and has no effect.
"""

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Schedule
from compiler.manifest.moment import instant

RULE = Rule(code="DEP210", name="anchor-syntax", severity=Severity.ERROR, page=__doc__)


def check(schedule: Placed[Schedule], report: Report) -> None:
    """Report an anchor that is no date."""
    anchor = schedule.value.anchor_date
    if anchor is not None and instant(anchor) is None:
        report.add(
            RULE,
            f"{anchor!r} is no date",
            schedule.at("anchor_date"),
            hint="write it as 2026-01-31T09:00:00+01:00",
        )
