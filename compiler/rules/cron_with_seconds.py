"""A cron expression of six or seven fields that fires many times a minute.

What it finds:
    A sixth field that is more than one second.

Why it matters:
    Elsewhere the seconds come first; for Prefect they come last. `0 0 3 * * *` is not three
    o'clock every night: it fires on the third of each month, sixty times in its first minute.

Example:
    schedules:
      - cron: "0 0 3 * * *"

Use instead:
    schedules:
      - cron: "0 3 * * *"

Known limits:
    A sixth field of one second is taken as it is meant.
"""

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.cron import fields_of
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Schedule
from compiler.source.locate import node_at
from compiler.source.mend import respelled

RULE = Rule(code="DEP221", name="cron-with-seconds", severity=Severity.WARNING, page=__doc__)
_SECONDS = 5  # the place of the field


def check(schedule: Placed[Schedule], report: Report) -> None:
    """Report a cron expression that fires on several seconds of a minute."""
    cron = schedule.value.cron
    read = fields_of(cron) if cron is not None else None
    if cron is None or read is None or len(read) <= _SECONDS:
        return
    if len(read[_SECONDS]) == 1 and read[_SECONDS] != ("*",):
        return
    node = node_at(schedule.node, ("cron",))
    meant = " ".join(cron.split()[1:6])
    report.add(
        RULE,
        f"the sixth field of {cron!r} is for seconds: it fires many times a minute",
        schedule.at("cron"),
        hint=f'write "{meant}" if the first field is the seconds',
        fix=respelled(node, cron, meant) if fields_of(meant) is not None else None,
    )
