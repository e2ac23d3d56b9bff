"""A trigger that says not all that its type needs.

What it finds:
    A `compound` or `sequence` without `triggers`, a `compound` without `require` or with one of
    more triggers than it has, a `metric` without `metric`, and a posture of another type.

Why it matters:
    The server refuses it.

Example:
    triggers:
      - type: compound
        triggers: [{expect: [shop.order.placed]}]

Use instead:
    triggers:
      - type: compound
        require: all
        triggers: [{expect: [shop.order.placed]}]

Known limits:
    None.
"""

from collections.abc import Iterator

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.automation import Trigger
from compiler.manifest.manifest import Placed
from compiler.manifest.waiting import type_of

RULE = Rule(code="DEP243", name="trigger-shape", severity=Severity.ERROR, page=__doc__)
_NEEDS = {
    "compound": ("triggers", "require"),
    "sequence": ("triggers",),
    "metric": ("metric",),
    "event": (),
}
_HINTS = {
    "triggers": "list the triggers that it is made of",
    "require": "say how many of them: 'any', 'all' or a number",
    "metric": "say what is measured: 'metric: {name: lateness, operator: \">\", threshold: 60}'",
}


def check(trigger: Placed[Trigger], report: Report) -> None:
    """Report what the server would refuse."""
    kind = type_of(trigger.value)
    for key in _NEEDS[kind]:
        if not getattr(trigger.value, key):
            message = f"a trigger of type {kind!r} needs {key!r}"
            report.add(RULE, message, trigger.at(), hint=_HINTS[key])
    for key, message, hint in _wrong(kind, trigger.value):
        report.add(RULE, message, trigger.at(key), hint=hint)


def _wrong(kind: str, trigger: Trigger) -> Iterator[tuple[str, str, str]]:
    if (trigger.posture == "Metric") is not (kind == "metric") and trigger.posture is not None:
        message = f"a trigger of type {kind!r} has no posture {trigger.posture!r}"
        yield "posture", message, "leave it out" if kind == "metric" else "say 'type: metric'"
    number, parts = trigger.require, len(trigger.triggers or ())
    if kind == "compound" and isinstance(number, int) and parts and number > parts:
        message = f"'require' is {number}, and there are {parts} triggers"
        yield "require", message, f"at most {parts}"
