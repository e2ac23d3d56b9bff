"""A day that some months do not have.

What it finds:
    A cron schedule for the 29th, 30th or 31st of a month, and for no other day.

Why it matters:
    There is no run in shorter months: `0 0 31 * *` fires seven times a year.

Example:
    schedules:
      - cron: "0 0 31 * *"

Use instead:
    schedules:
      - cron: "0 0 L * *"

Known limits:
    Only schedules for every month are looked at. A day that never comes is DEP204.
"""

from compiler.diagnostics import Report, Rule, Safety, Severity
from compiler.manifest.cron import fields_of
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Schedule
from compiler.source.locate import node_at
from compiler.source.mend import respelled

RULE = Rule(code="DEP222", name="short-month", severity=Severity.INFO, page=__doc__)
_MONTHS = {29: "11 months, and February in leap years", 30: "11 months", 31: "7 months"}


def check(schedule: Placed[Schedule], report: Report) -> None:
    """Report a schedule that leaves out the shorter months."""
    cron = schedule.value.cron
    read = fields_of(cron) if cron is not None else None
    if cron is None or read is None:
        return
    fields = cron.split()
    _, _, days, months, weekdays, *_ = read
    if len(days) != 1 or days[0] not in _MONTHS or months != ("*",) or weekdays != ("*",):
        return
    node = node_at(schedule.node, ("cron",))
    last = " ".join([*fields[:2], "L", *fields[3:]])
    report.add(
        RULE,
        f"only {_MONTHS[int(days[0])]} have a day {days[0]}",
        schedule.at("cron"),
        hint=f'write "{last}" for the last day of every month',
        fix=respelled(node, cron, last, safety=Safety.SHOWN),
    )
