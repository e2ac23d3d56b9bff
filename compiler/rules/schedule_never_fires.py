"""A schedule names dates that no calendar has.

What it finds:
    A cron expression or a recurrence rule whose day of the month occurs in none of its months,
    and a rule whose `UNTIL` comes before its `DTSTART`.

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
    With a day of week as well, cron's two are alternatives and it fires, unless `day_or: false`.
    A time that a change of the clocks skips is DEP219. Of recurrence rules only the months and
    the days of the month are looked at. A rule that has ended by now is not found: what a file
    means does not depend on the day.
"""

import re

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.cron import ever_fires, fields_of
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Schedule
from compiler.manifest.moment import rule

RULE = Rule(
    code="DEP204",
    name="schedule-never-fires",
    severity=Severity.ERROR,
    page=__doc__,
    is_opinion=True,
)
_LONGEST = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}  # days of the months that have no 31
_LONGEST_RULE = 6500  # characters; a longer one is refused as it is
_PART = r"\b{}=([0-9]{{1,9}}(?:,[0-9]{{1,9}})*)(?![\w,-])"
_MONTHS = re.compile(_PART.format("BYMONTH"), re.IGNORECASE)
_DAYS = re.compile(_PART.format("BYMONTHDAY"), re.IGNORECASE)
_START = re.compile(r"\bDTSTART(?:;[^:]*)?:(\d{8}(?:T\d{6})?)", re.IGNORECASE)
_END = re.compile(r"\bUNTIL=(\d{8}(?:T\d{6})?)", re.IGNORECASE)


def check(schedule: Placed[Schedule], report: Report) -> None:
    """Report a schedule whose dates never come."""
    cron, rrule = schedule.value.cron, schedule.value.rrule
    hint = "the server would accept it and schedule nothing"
    day_or = schedule.value.day_or is not False
    if cron is not None and fields_of(cron) is not None and not ever_fires(cron, day_or=day_or):
        message = f"{cron!r} never fires: no month it names has that day"
        report.add(RULE, message, schedule.at("cron"), hint=hint)
    text = rule(rrule)[0] if rrule is not None else ""
    if len(text) <= _LONGEST_RULE and (reason := _complaint(text)) is not None:
        message = f"the recurrence rule never fires: {reason}"
        report.add(RULE, message, schedule.at("rrule"), hint=hint)


def _complaint(rrule: str) -> str | None:
    """Why a recurrence rule never occurs; None if it may."""
    months, days = _MONTHS.search(rrule), _DAYS.search(rrule)
    if months and days:
        longest = max(_LONGEST.get(month, 31) for month in _numbers(months[1]))
        if min(_numbers(days[1])) > longest:
            return "no month it names has that day"
    start, end = _START.search(rrule), _END.search(rrule)
    if start and end and end[1] < start[1][: len(end[1])]:
        return "it ends before it begins"
    return None


def _numbers(listed: str) -> list[int]:
    return [int(number) for number in listed.split(",")]
