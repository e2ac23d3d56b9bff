"""An SLA is asked for on a server that knows none.

What it finds:
    When planning: a deployment with `sla`, on a server that is not a workspace of Prefect
    Cloud.

Why it matters:
    Only Cloud keeps service level agreements and says when one is broken. Elsewhere nobody
    would ever look at it. Nothing was written.

Example:
    $ deploy --api-url http://127.0.0.1:4200/api

Use instead:
    environments:
      prod:
        deployments:
          - {name: nightly, sla: [{name: on time, duration: 3600}]}

Known limits:
    What an SLA says is checked without a server, too.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP637", name="no-slas", severity=Severity.ERROR, page=__doc__)
