"""A work pool that neither the files nor the server have.

What it finds:
    A deployment whose `work_pool.name` is not declared under `work_pools` and does not exist
    on the server.

Why it matters:
    The server would refuse the deployment after others were written.

Example:
    work_pool: {name: k8s}

Use instead:
    # deploy.yaml
    work_pools:
      - {name: k8s, type: kubernetes}
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl", work_pool: {name: k8s}}

Known limits:
    It takes a server, so `deploy validate` does not find it. A work queue that does not exist
    is not reported: the server makes it.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP501", name="unknown-work-pool", severity=Severity.ERROR, page=__doc__)
