"""Automations name each other in a circle.

What it finds:
    An automation that pauses or resumes itself by name, or several that do so with each other.

Why it matters:
    The server knows automations by ids, and gives one its id when it is made: none of them
    could be made first.

Example:
    automations:
      - name: once
        trigger: {expect: [shop.order.placed]}
        actions: [{type: pause-automation, automation: once}]

Use instead:
    automations:
      - name: once
        trigger: {expect: [shop.order.placed]}
        actions: [{type: do-nothing}]
      - name: stop
        trigger: {expect: [shop.order.placed]}
        actions: [{type: pause-automation, automation: once}]

Known limits:
    None.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP316", name="automation-circle", severity=Severity.ERROR, page=__doc__)
