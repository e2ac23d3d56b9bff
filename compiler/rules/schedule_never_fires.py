"""A cron schedule names a date that no calendar has.

What it finds:
    A cron expression whose day of month occurs in none of its months.

Why it matters:
    The server accepts `0 0 30 2 *` and schedules nothing: the deployment looks healthy and
    never runs.

Example:
    schedules:
      - cron: "0 0 30 2 *"

Use instead:
    schedules:
      - cron: "0 0 L 2 *"

Known limits:
    With a day of week as well, the two are alternatives and it fires, unless `day_or: false`.
    A time that a change of the clocks skips is not found. Interval and rrule schedules are
    not looked at.
"""

from croniter import CroniterBadDateError, croniter

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Schedule

RULE = Rule(
    code="DEP204",
    name="schedule-never-fires",
    severity=Severity.ERROR,
    page=__doc__,
    is_opinion=True,
)


def check(schedule: Placed[Schedule], report: Report) -> None:
    """Report a cron expression whose day of month never comes."""
    cron = schedule.value.cron
    if cron is None or not croniter.is_valid(cron):
        return
    try:
        croniter(cron, day_or=schedule.value.day_or is not False).get_next()
    except CroniterBadDateError:
        report.add(
            RULE,
            f"{cron!r} never fires: no month it names has that day",
            schedule.at("cron"),
            hint="the server would accept it and schedule nothing",
        )
