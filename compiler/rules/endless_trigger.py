"""A trigger that waits for any event at all.

What it finds:
    A trigger that waits for events, and whose `expect` names none.

Why it matters:
    It fires on every event, also on those that its own firing makes, which fires it again:
    thousands of events within minutes, and a server that answers nobody else.

Example:
    triggers:
      - match: {"prefect.resource.id": "shop.order.*"}

Use instead:
    triggers:
      - match: {"prefect.resource.id": "shop.order.*"}
        expect: [shop.order.placed]

Known limits:
    A pattern as wide as `*` is taken for what is meant only where it stands alone.
"""

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.automation import Trigger
from compiler.manifest.manifest import Placed
from compiler.manifest.waiting import type_of

RULE = Rule(code="DEP253", name="endless-trigger", severity=Severity.ERROR, page=__doc__)
_ANYTHING = frozenset({"*", "**", "prefect.*"})


def check(trigger: Placed[Trigger], report: Report) -> None:
    """Report triggers that fire on the events of their own firing."""
    value = trigger.value
    if type_of(value) != "event" or value.posture == "Proactive":
        return
    wide = next((each for each in value.expect or () if each in _ANYTHING), None)
    if value.expect and (wide is None or value.match or value.match_related):
        return
    said = "'expect' names no event" if wide is None else f"{wide!r} is every event"
    report.add(
        RULE,
        f"{said}, and so the trigger fires on those of its own firing as well",
        trigger.at("expect") if value.expect is not None else trigger.at(),
        hint="name the events that it waits for, such as 'prefect.flow-run.Failed'",
    )
