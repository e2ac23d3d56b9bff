"""A deployment whose runs make it run again, for ever.

What it finds:
    Automations that run a deployment on what every flow run goes through (`Scheduled`, `Pending`,
    `Running`, or any event), where the runs are those of that deployment, or of one that
    leads to it. The path is shown.

Why it matters:
    Each run makes the next, as fast as the server can.

Example:
    deployments:
      - name: nightly
        entrypoint: flows/etl.py:etl
        triggers:
          - expect: [prefect.flow-run.Running]
            match_related:
              prefect.resource.role: deployment
              prefect.resource.id: prefect.deployment.etl/nightly

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
    Deployments are known by their names and ids, flows, tags, pools and queues, as far as the
    files say them; what is not certain is DEP531.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP530", name="runs-itself", severity=Severity.ERROR, page=__doc__)
