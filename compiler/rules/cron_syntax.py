"""A cron expression that no scheduler understands.

What it finds:
    A `cron` that cannot be read, one with a random or hashed field (`R`, `H`), and one with the
    weekday nearest to a day (`15W`), which Prefect does not know.

Why it matters:
    The server refuses it, after other deployments were written. A random field would stand
    for another time whenever it is looked at.

Example:
    schedules:
      - cron: "0 3 * *"

Use instead:
    schedules:
      - cron: "0 3 * * *"

Known limits:
    `@daily`, names (`MON-FRI`), `L`, and a sixth field for seconds are accepted, as Prefect
    accepts them. A random range such as `R(1-5)` is not noticed.
"""

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.cron import fields_of
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Schedule

RULE = Rule(code="DEP201", name="cron-syntax", severity=Severity.ERROR, page=__doc__)
_DAY = 2  # the place of the day of the month


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
    fields = cron.split()
    random = any(field.casefold() in {"r", "h"} for field in fields)
    near_a_weekday = len(fields) > _DAY and "w" in fields[_DAY].casefold()
    return not random and not near_a_weekday and fields_of(cron) is not None
