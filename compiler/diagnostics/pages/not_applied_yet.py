"""A key that this version reads and does not act on.

What it finds:
    `triggers` with a value, in a deployment or for all of them; and when planning for Prefect
    Cloud, `sla`.

Why it matters:
    The file is valid and `prefect deploy` acts on these keys, so you could expect that
    applying it makes the automation.

Example:
    triggers:
      - {type: event, expect: [shop.order]}

Use instead:
    $ prefect automation create --from-file automation.yaml

Known limits:
    It is a warning, and everything else of the deployment is applied. What a trigger made
    earlier stays on the server as it is.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP105", name="not-applied-yet", severity=Severity.WARNING, page=__doc__)
