"""A cron schedule names a date that no calendar has."""

from croniter import CroniterBadDateError, croniter

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Schedule

RULE = Rule(code="DEP204", name="schedule-never-fires", severity=Severity.ERROR, page=__doc__)


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
