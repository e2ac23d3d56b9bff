"""A step that does not fit into its hour or day.

What it finds:
    A cron step of more than half of its field's range, such as `*/45` minutes or `*/18` hours.

Why it matters:
    A step begins anew in each hour or day: `*/45` fires at :00 and :45, 45 and 15 minutes
    apart, and `*/90` once an hour.

Example:
    schedules:
      - cron: "*/45 * * * *"

Use instead:
    schedules:
      - interval: PT45M

Known limits:
    Smaller steps that do not divide the range, such as `*/7`, are not reported: they are mostly
    meant.
"""

import re

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.cron import fields_of
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Schedule

RULE = Rule(code="DEP224", name="uneven-step", severity=Severity.WARNING, page=__doc__)
_RANGES = (("minutes", 60, "PT{}M"), ("hours", 24, "PT{}H"))
_STEP = re.compile(r"\*/(\d+)")


def check(schedule: Placed[Schedule], report: Report) -> None:
    """Report steps that seem to say how far apart two runs are, and do not."""
    cron = schedule.value.cron
    if cron is None or fields_of(cron) is None:
        return
    for field, (unit, size, form) in zip(cron.split(), _RANGES, strict=False):
        found = _STEP.fullmatch(field)
        if found and int(found[1]) * 2 > size:
            step = int(found[1])
            report.add(
                RULE,
                f"{field!r} does not fire every {step} {unit}: it begins anew at 0",
                schedule.at("cron"),
                hint=f"write 'interval: {form.format(step)}', or the {unit} that you mean",
            )
