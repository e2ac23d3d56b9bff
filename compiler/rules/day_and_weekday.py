"""A day of the month beside a day of the week.

What it finds:
    A cron schedule with both, and without `day_or`.

Why it matters:
    They are alternatives: `0 3 1 * 1` fires on the first of a month *and* on every Monday, not
    on a first that is a Monday.

Example:
    schedules:
      - cron: "0 3 1 * 1"

Use instead:
    schedules:
      - {cron: "0 3 1 * 1", day_or: true}

Known limits:
    A `day_or`, whatever its value, says that it is meant.
"""

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.cron import fields_of
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Schedule

RULE = Rule(code="DEP223", name="day-and-weekday", severity=Severity.INFO, page=__doc__)


def check(schedule: Placed[Schedule], report: Report) -> None:
    """Report a schedule with two kinds of days that does not say how they go together."""
    cron, day_or = schedule.value.cron, schedule.value.day_or
    read = fields_of(cron) if cron is not None else None
    if read is None or day_or is not None:
        return
    _, _, days, _, weekdays, *_ = read
    if days != ("*",) and weekdays != ("*",):
        report.add(
            RULE,
            f"{cron!r} fires on those days of the month, and on those of the week too",
            schedule.at("cron"),
            hint="write 'day_or: false' if both must be true, 'day_or: true' if not",
        )
