"""A key that has no effect on this kind of schedule.

What it finds:
    `anchor_date` beside `cron` or `rrule`, and `day_or` beside `interval` or `rrule`.

Why it matters:
    Prefect drops it without a word, so the schedule fires at other times than the file says.

Example:
    schedules:
      - {cron: "0 3 * * *", anchor_date: "2026-01-31T09:00:00+01:00"}

Use instead:
    schedules:
      - {interval: PT24H, anchor_date: "2026-01-31T09:00:00+01:00"}

Known limits:
    A schedule of no kind, or of several, is DEP206.
"""

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Schedule

RULE = Rule(code="DEP215", name="idle-schedule-key", severity=Severity.WARNING, page=__doc__)
_KINDS = ("cron", "interval", "rrule")
_OF_KIND = {"anchor_date": "interval", "day_or": "cron"}


def check(schedule: Placed[Schedule], report: Report) -> None:
    """Report keys that belong to another kind of schedule."""
    given = [kind for kind in _KINDS if getattr(schedule.value, kind) is not None]
    for name, kind in _OF_KIND.items():
        if len(given) == 1 and given != [kind] and getattr(schedule.value, name) is not None:
            report.add(
                RULE,
                f"{name!r} has no effect beside {given[0]!r}",
                schedule.key_at(name),
                hint=f"it belongs to {kind!r}; remove it",
            )
