"""An automation that says not all that one is made of.

What it finds:
    An automation without a `trigger`, or without any `actions`.

Why it matters:
    The server refuses it.

Example:
    automations:
      - name: late orders
        actions: [{type: do-nothing}]

Use instead:
    automations:
      - name: late orders
        trigger: {expect: [shop.order.placed]}
        actions: [{type: do-nothing}]

Known limits:
    It is looked for in the file with everything laid over it: an environment may say a part.
"""

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.automation import Automation
from compiler.manifest.manifest import Placed

RULE = Rule(code="DEP239", name="unfinished-automation", severity=Severity.ERROR, page=__doc__)


def check(automation: Placed[Automation], report: Report) -> None:
    """Report what is missing."""
    name, at = automation.value.name, automation.at("name")
    if automation.value.trigger is None:
        hint = "say what it waits for: 'trigger: {expect: […]}'"
        report.add(RULE, f"the automation {name!r} has no 'trigger'", at, hint=hint)
    if not automation.value.actions:
        hint = "say what it does: 'actions: [{type: run-deployment, deployment: …}]'"
        report.add(RULE, f"the automation {name!r} has no 'actions'", at, hint=hint)
