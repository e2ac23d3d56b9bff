"""A schedule is not exactly one of cron, interval and rrule.

What it finds:
    A schedule with none of the three kinds, or with several.

Why it matters:
    With several, Prefect takes `cron` before `interval` before `rrule`, and drops the others in
    silence.

Example:
    schedules:
      - cron: "0 3 * * *"
        interval: 3600

Use instead:
    schedules:
      - cron: "0 3 * * *"
      - interval: 3600

Known limits:
    A schedule with another mistake in it is not also called empty. `schedule: {}` is no
    schedule and no mistake.
"""

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Schedule

RULE = Rule(code="DEP206", name="schedule-kind", severity=Severity.ERROR, page=__doc__)
KINDS = ("cron", "interval", "rrule")


def check(schedule: Placed[Schedule], report: Report) -> None:
    """Report a schedule with none, or with several, of the three kinds."""
    given = [kind for kind in KINDS if getattr(schedule.value, kind) is not None]
    if len(given) == 1 or report.has_error_within(schedule.node.span):
        return
    what = " and ".join(given) if given else "none of cron, interval and rrule"
    report.add(
        RULE,
        f"a schedule has exactly one kind; this one has {what}",
        schedule.key_at(given[1]) if given else schedule.node.span,
    )
