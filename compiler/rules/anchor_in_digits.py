"""An anchor that is a number of seconds.

What it finds:
    An `anchor_date` that is a number in quotes, such as `"1767225600"`; eight digits are a
    date without hyphens.

Why it matters:
    Prefect's server reads it as seconds since 1970, and so does this program; Prefect's
    command refuses it. Hardly anybody means it.

Example:
    schedules:
      - {interval: 3600, anchor_date: "1767225600"}

Use instead:
    schedules:
      - {interval: 3600, anchor_date: "2026-01-01"}

Known limits:
    Without quotes it is a number, which DEP102 refuses.
"""

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Schedule
from compiler.manifest.moment import instant
from compiler.source.locate import node_at
from compiler.source.mend import respelled

RULE = Rule(code="DEP216", name="anchor-in-digits", severity=Severity.WARNING, page=__doc__)
_DATE = 8  # digits of a date without hyphens


def check(schedule: Placed[Schedule], report: Report) -> None:
    """Report an anchor that counts seconds."""
    anchor = schedule.value.anchor_date
    if anchor is None or not anchor.isdecimal() or len(anchor) == _DATE:
        return
    date = instant(anchor)
    if date is not None:
        report.add(
            RULE,
            f"{anchor!r} is read as seconds since 1970",
            schedule.at("anchor_date"),
            hint=f"write {date} if that is meant",
            fix=respelled(node_at(schedule.node, ("anchor_date",)), anchor, date),
        )
