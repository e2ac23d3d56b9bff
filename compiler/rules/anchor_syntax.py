"""An interval's anchor is no date."""

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Schedule
from compiler.manifest.moment import instant

RULE = Rule(code="DEP210", name="anchor-syntax", severity=Severity.ERROR, page=__doc__)


def check(schedule: Placed[Schedule], report: Report) -> None:
    """Report an anchor that is no date."""
    anchor = schedule.value.anchor_date
    if anchor is not None and instant(anchor) is None:
        report.add(
            RULE,
            f"{anchor!r} is no date",
            schedule.at("anchor_date"),
            hint="write it as 2026-01-31T09:00:00+01:00",
        )
