"""An anchor of digits alone, which is read in two ways.

What it finds:
    An `anchor_date` that is a number in quotes, such as `"20260131"`.

Why it matters:
    Prefect's command reads it as a date without hyphens; its server, and this program, as
    seconds since 1970. The two are decades apart.

Example:
    schedules:
      - {interval: 3600, anchor_date: "20260131"}

Use instead:
    schedules:
      - {interval: 3600, anchor_date: "2026-01-31"}

Known limits:
    Without quotes it is a number, which DEP102 refuses.
"""

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Schedule
from compiler.source.locate import node_at
from compiler.source.mend import respelled

RULE = Rule(code="DEP216", name="anchor-in-digits", severity=Severity.WARNING, page=__doc__)


def check(schedule: Placed[Schedule], report: Report) -> None:
    """Report an anchor that could be a date or a number of seconds."""
    anchor = schedule.value.anchor_date
    if anchor is None or not anchor.isdecimal():
        return
    date = f"{anchor[:4]}-{anchor[4:6]}-{anchor[6:]}" if len(anchor) == 8 else None
    report.add(
        RULE,
        f"{anchor!r} may be a date or a number of seconds",
        schedule.at("anchor_date"),
        hint=f"write it as {date or '2026-01-31'}",
        fix=respelled(node_at(schedule.node, ("anchor_date",)), anchor, date) if date else None,
    )
