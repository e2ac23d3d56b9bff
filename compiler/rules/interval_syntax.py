"""An interval that is no positive length of time.

What it finds:
    An `interval` that is no number of seconds, no `HH:MM:SS` and no ISO 8601 duration, and
    one that is zero or less.

Why it matters:
    The server refuses it, after other deployments were written.

Example:
    schedules:
      - interval: hourly

Use instead:
    schedules:
      - interval: PT1H

Known limits:
    Without quotes YAML reads `1:30:00` as the number 5400, which is the same length.
"""

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Schedule
from compiler.manifest.moment import seconds

RULE = Rule(code="DEP202", name="interval-syntax", severity=Severity.ERROR, page=__doc__)


def check(schedule: Placed[Schedule], report: Report) -> None:
    """Report an interval that is no length of time, or none above zero."""
    interval = schedule.value.interval
    if interval is None:
        return
    length = seconds(interval)
    if length is None or length <= 0:
        report.add(
            RULE,
            f"{interval!r} is no interval",
            schedule.at("interval"),
            hint="write seconds (3600), HH:MM:SS, or an ISO 8601 duration (PT1H)",
        )
