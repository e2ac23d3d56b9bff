"""Both `schedule` and `schedules` are given.

What it finds:
    A deployment with the older key `schedule` beside the list `schedules`.

Why it matters:
    Which of the two is meant cannot be known. Prefect refuses the whole file.

Example:
    schedule: {cron: "0 4 * * *"}
    schedules:
      - cron: "0 3 * * *"

Use instead:
    schedules:
      - cron: "0 3 * * *"
      - cron: "0 4 * * *"

Known limits:
    An empty or null `schedule` is as good as absent. A deployment's own `schedule` replaces
    the `schedules` of the defaults without a word.
"""

from compiler.diagnostics import Fix, Label, Report, Rule, Safety, Severity
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Deployment

RULE = Rule(code="DEP207", name="two-schedule-keys", severity=Severity.ERROR, page=__doc__)
_EXAMPLE = Fix(message="schedules: [{…}, {…}]", edits=(), safety=Safety.SHOWN)


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
        fix=_EXAMPLE,
        related=[Label(deployment.key_at("schedules"), "the list is here")],
    )
