"""A key that this version reads and does not act on.

What it finds:
    `sla` with a value, in a deployment or for all of them, when planning for Prefect Cloud.

Why it matters:
    The file is valid and `prefect deploy` acts on the key, so you could expect that applying it
    makes the agreement.

Example:
    sla:
      - {name: on time, type: TimeToCompletionSla, duration: 3600}

Use instead:
    $ prefect deploy --name etl/nightly

Known limits:
    It is a warning, and everything else of the deployment is applied. What was agreed earlier
    stays as it is.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP105", name="not-applied-yet", severity=Severity.WARNING, page=__doc__)
