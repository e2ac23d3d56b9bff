"""A limit that the open-source server does not act on.

What it finds:
    `max_scheduled_runs` in a schedule.

Why it matters:
    The server of the open-source Prefect stores it, and its scheduler does not look at it. In
    a `prefect.yaml` Prefect refuses the whole file for it.

Example:
    schedules:
      - {cron: "0 3 * * *", max_scheduled_runs: 10}

Use instead:
    schedules:
      - cron: "0 3 * * *"

Known limits:
    Prefect Cloud may act on it; which of the two is meant is not known here.
"""

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Schedule

RULE = Rule(code="DEP225", name="idle-max-runs", severity=Severity.INFO, page=__doc__)


def check(schedule: Placed[Schedule], report: Report) -> None:
    """Report a limit of runs that has no effect."""
    if schedule.value.max_scheduled_runs is not None:
        message = "the open-source server stores 'max_scheduled_runs' and does not act on it"
        report.add(RULE, message, schedule.key_at("max_scheduled_runs"))
