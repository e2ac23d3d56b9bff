"""A deployment whose runs may make it run again.

What it finds:
    As DEP530, where it depends on how runs end, or on what the files do not say.

Why it matters:
    As long as runs end that way, each makes the next.

Example:
    deployments:
      - name: nightly
        entrypoint: flows/etl.py:etl
        triggers:
          - expect: [prefect.flow-run.Completed]

Use instead:
    deployments:
      - {name: daily, entrypoint: "flows/etl.py:etl"}
      - name: nightly
        entrypoint: flows/etl.py:etl
        triggers:
          - expect: [prefect.flow-run.Completed]
            match_related:
              prefect.resource.role: deployment
              prefect.resource.id: prefect.deployment.etl/daily

Known limits:
    A deployment that runs itself until its work is done is meant so: ignore the finding there.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP531", name="may-run-itself", severity=Severity.WARNING, page=__doc__)
