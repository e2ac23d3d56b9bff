"""An interval of less than a minute.

What it finds:
    An `interval` below sixty seconds.

Why it matters:
    Mostly the unit is mistaken: `interval: 10` is ten seconds. The server makes runs in
    rounds, and workers look for them every fifteen seconds, so that such runs come late and
    in bunches.

Example:
    schedules:
      - interval: 10

Use instead:
    schedules:
      - interval: 600

Known limits:
    An interval that is really meant to be short works, as well as workers can keep up with it.
"""

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Schedule
from compiler.manifest.moment import seconds

RULE = Rule(code="DEP214", name="interval-too-short", severity=Severity.WARNING, page=__doc__)
_SHORTEST = 60  # seconds


def check(schedule: Placed[Schedule], report: Report) -> None:
    """Report an interval that is shorter than workers look for runs."""
    interval = schedule.value.interval
    length = None if interval is None else seconds(interval)
    if length is not None and 0 < length < _SHORTEST:
        report.add(
            RULE,
            f"the interval is {length:g} seconds",
            schedule.at("interval"),
            hint="a number is in seconds; write PT10M for ten minutes",
        )
