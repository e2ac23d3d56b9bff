"""A key that this version reads and does not act on.

What it finds:
    `build`, `push` and `sla` with a value, in a deployment or for all of them.

Why it matters:
    The file is valid and `prefect deploy` acts on these keys, so you could expect that
    applying it builds the image or pushes it.

Example:
    sla:
      - {name: on time, type: TimeToCompletionSla, duration: 3600}

Use instead:
    $ docker build --tag shop/flows . && docker push shop/flows

Known limits:
    It is a warning, and everything else of the deployment is applied. Build and push images
    before.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP105", name="not-applied-yet", severity=Severity.WARNING, page=__doc__)
