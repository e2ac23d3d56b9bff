"""A key that cannot be left out is not there.

What it finds:
    A deployment, work pool or work queue without `name`, and a deployment with neither
    `entrypoint` nor `flow_name`.

Why it matters:
    Without its name a thing cannot be found again on the server; without a flow there is
    nothing to run.

Example:
    deployments:
      - name: nightly
        work_pool: {name: k8s}

Use instead:
    deployments:
      - name: nightly
        entrypoint: flows/etl.py:etl
        work_pool: {name: k8s}

Known limits:
    `flow_name` alone is accepted: the deployment is then one of a flow whose source is
    elsewhere. What a work pool's type needs in its job variables is not known here.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP103", name="missing-key", severity=Severity.ERROR, page=__doc__)
