"""A length of time that a trigger or an action cannot have.

What it finds:
    `within`, `schedule_after`, `range` or `firing_for` that is no length of time, or less than
    nothing; less than 10 seconds for a trigger that waits for the absence of events; less than
    300 for a metric.

Why it matters:
    The server refuses it.

Example:
    triggers:
      - {posture: Proactive, expect: [shop.order.placed], within: 5}

Use instead:
    triggers:
      - {posture: Proactive, expect: [shop.order.placed], within: PT1H}

Known limits:
    None.
"""

from compiler.diagnostics import Report, Rule, Severity, Span
from compiler.manifest.automation import Action, DeploymentTrigger, Trigger
from compiler.manifest.manifest import Placed
from compiler.manifest.moment import seconds

RULE = Rule(code="DEP245", name="trigger-time", severity=Severity.ERROR, page=__doc__)
_SHORTEST = 10
_METRIC = 300


def check(trigger: Placed[Trigger], report: Report) -> None:
    """Report times that a trigger cannot wait."""
    value = trigger.value
    least = _SHORTEST if value.posture == "Proactive" and value.within not in {0, "0"} else 0
    _check(value.within, least, trigger.at("within"), report)
    if value.metric is not None:
        _check(value.metric.range, _METRIC, trigger.at("metric", "range"), report)
        _check(value.metric.firing_for, _METRIC, trigger.at("metric", "firing_for"), report)


def check_run(part: Placed[Action] | Placed[DeploymentTrigger], report: Report) -> None:
    """Report times that a run cannot be put off for."""
    _check(part.value.schedule_after, 0, part.at("schedule_after"), report)


def _check(written: float | str | None, least: int, at: Span, report: Report) -> None:
    if written is None:
        return
    length = seconds(written)
    if length is None:
        hint = "write seconds, 'HH:MM:SS' or a duration such as 'PT1H'"
        report.add(RULE, f"{written!r} is no length of time", at, hint=hint)
    elif length < least:
        message = f"{written!r} is less than {least} seconds"
        report.add(RULE, message, at, hint=f"the server takes {least} seconds and more")
