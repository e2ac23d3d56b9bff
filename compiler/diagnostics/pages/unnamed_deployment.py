"""A deployment without a name is skipped, as Prefect does.

What it finds:
    In a `prefect.yaml`, or with `--lenient`, an item of `deployments` that has no `name`, or a
    null.

Why it matters:
    `prefect init` writes such an item, and `prefect deploy --all` passes over it. You may
    believe it is deployed.

Example:
    # prefect.yaml
    deployments:
      - name: null
        entrypoint: flows/etl.py:etl

Use instead:
    # prefect.yaml
    deployments:
      - name: nightly
        entrypoint: flows/etl.py:etl

Known limits:
    Nothing else of such an item is checked. In any other file it is an error: DEP103 or
    DEP102.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP108", name="unnamed-deployment", severity=Severity.WARNING, page=__doc__)
