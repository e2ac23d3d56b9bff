"""Schedules that only their parameters tell apart, without slugs.

What it finds:
    Schedules of one deployment that fire at the same times with different parameters, of which
    at least two have no `slug`.

Why it matters:
    A schedule without a slug is known by its contents. When the parameters of one change, it
    cannot be told which of them it was, and which keeps an operator's pause.

Example:
    schedules:
      - {cron: "0 3 * * *", parameters: {source: web}}
      - {cron: "0 3 * * *", parameters: {source: shop}}

Use instead:
    schedules:
      - {slug: web, cron: "0 3 * * *", parameters: {source: web}}
      - {slug: shop, cron: "0 3 * * *", parameters: {source: shop}}

Known limits:
    It is said once for each deployment.
"""

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Placed, schedules_of
from compiler.manifest.model import Deployment, Schedule

RULE = Rule(code="DEP227", name="schedules-alike", severity=Severity.INFO, page=__doc__)


def check(deployment: Placed[Deployment], report: Report) -> None:
    """Report schedules that change places when their parameters change."""
    seen: dict[tuple[object, ...], Schedule] = {}
    for schedule in schedules_of(deployment):
        value = schedule.value
        if value.slug is not None:
            continue
        first = seen.setdefault(_times(value), value)
        if first.parameters != value.parameters:
            message = "only their parameters tell these schedules apart"
            report.add(RULE, message, schedule.node.span, hint="give each of them a 'slug'")
            return


def _times(value: Schedule) -> tuple[object, ...]:
    return (value.cron, value.interval, value.rrule, value.timezone)
