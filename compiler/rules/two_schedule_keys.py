"""Both `schedule` and `schedules` are given."""

from compiler.diagnostics import Label, Report, Rule, Severity
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Deployment

RULE = Rule(code="DEP207", name="two-schedule-keys", severity=Severity.ERROR, page=__doc__)


def check(deployment: Placed[Deployment], report: Report) -> None:
    """Report `schedule` and `schedules` side by side."""
    if deployment.value.schedule is None or deployment.value.schedules is None:
        return
    if not deployment.value.schedule.model_fields_set:
        return
    report.add(
        RULE,
        "both 'schedule' and 'schedules' are given",
        deployment.key_at("schedule"),
        hint="move it into the list of 'schedules'",
        related=[Label(deployment.key_at("schedules"), "the list is here")],
    )
