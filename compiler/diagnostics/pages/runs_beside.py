"""An automation of nobody runs a deployment beside its triggers.

What it finds:
    An automation that no stack made and that runs a deployment whose triggers are about to be
    made: mostly one that `prefect deploy` made of earlier triggers.

Why it matters:
    It stays as it is, and where it waits for the same event, the deployment runs twice.

Example:
    $ deploy
    warning[DEP627]: deployment/etl/nightly is also run by the automation 'nightly__automation_2'

Use instead:
    # deploy.yaml
    deployments:
      - name: nightly
        entrypoint: flows/etl.py:etl
        triggers:
          - {expect: [shop.order.placed]}
          - {name: nightly__automation_2, expect: [shop.order.changed]}

Known limits:
    It is looked for only while a trigger of the deployment has still to be made.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP627", name="runs-beside", severity=Severity.WARNING, page=__doc__)
