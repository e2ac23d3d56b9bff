"""A cron expression that no scheduler understands."""

from croniter import croniter

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Schedule

RULE = Rule(code="DEP201", name="cron-syntax", severity=Severity.ERROR, page=__doc__)


def check(schedule: Placed[Schedule], report: Report) -> None:
    """Report a cron expression that Prefect's scheduler cannot read."""
    cron = schedule.value.cron
    if cron is None or readable(cron):
        return
    report.add(
        RULE,
        f"{cron!r} is no cron expression",
        schedule.at("cron"),
        hint="five fields: minute, hour, day of month, month, day of week",
    )


def readable(cron: str) -> bool:
    """Whether a scheduler understands the expression; its random and hashed forms are not."""
    random = any(field.casefold() in {"r", "h"} for field in cron.split())
    return not random and croniter.is_valid(cron)
