"""Two schedules of a deployment are the same.

What it finds:
    Two active schedules of one deployment that fire at the same times with the same
    parameters, whatever their slugs are.

Why it matters:
    The server makes a run for each of them: every run is made twice.

Example:
    schedules:
      - {slug: night, cron: "0 3 * * *"}
      - {slug: nightly, cron: "0 3 * * *"}

Use instead:
    schedules:
      - {slug: night, cron: "0 3 * * *"}

Known limits:
    Schedules that are written in different ways, such as `interval: 3600` and `cron: "0 * * * *"`,
    are not compared.
"""

import json

from compiler.diagnostics import Label, Report, Rule, Severity, Span
from compiler.manifest.manifest import Placed, schedules_of
from compiler.manifest.model import Deployment, Schedule
from compiler.manifest.moment import instant, seconds

RULE = Rule(code="DEP218", name="duplicate-schedule", severity=Severity.WARNING, page=__doc__)


def check(deployment: Placed[Deployment], report: Report) -> None:
    """Report schedules that fire together with an earlier one, for the same runs."""
    seen: dict[str, Span] = {}
    schedules = schedules_of(deployment)
    for schedule in schedules if len(schedules) > 1 else ():
        if schedule.value.active is False or report.has_error_within(schedule.node.span):
            continue
        times = _times(schedule.value)
        if times in seen:
            related = [Label(seen[times], "the same schedule")]
            at = schedule.node.span
            message = "this schedule is the same as another: every run is made twice"
            report.add(RULE, message, at, hint="remove one of them", related=related)
        seen.setdefault(times, schedule.node.span)


def _times(value: Schedule) -> str:
    """What decides when it fires and with what, as text."""
    cron = " ".join(value.cron.split()) if value.cron else None
    interval = None if value.interval is None else seconds(value.interval)
    anchor = instant(value.anchor_date) if value.anchor_date else None
    when = [cron, interval, anchor, value.rrule, value.timezone or "UTC", value.day_or is False]
    return json.dumps([*when, value.parameters or {}], sort_keys=True)
