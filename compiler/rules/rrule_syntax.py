"""A recurrence rule that cannot be read."""

from dateutil.rrule import rrulestr

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Schedule

RULE = Rule(code="DEP203", name="rrule-syntax", severity=Severity.ERROR, page=__doc__)
_LONGEST = 6500  # the server's own bound


def check(schedule: Placed[Schedule], report: Report) -> None:
    """Report a recurrence rule that the server would refuse."""
    rrule = schedule.value.rrule
    if rrule is None:
        return
    reason = complaint(rrule)
    if reason is not None:
        at = schedule.at("rrule")
        report.add(RULE, f"the recurrence rule cannot be read: {reason}", at)


def complaint(rrule: str) -> str | None:
    """Why the rule cannot be used; None if it can."""
    if len(rrule) > _LONGEST:
        return f"it has {len(rrule)} characters, the server takes {_LONGEST}"
    try:
        rrulestr(rrule)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        return str(error) or type(error).__name__
    return None
