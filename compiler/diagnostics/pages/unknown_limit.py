"""A shared concurrency limit that neither the files nor the server have.

What it finds:
    A deployment whose `concurrency_limit.global` is not declared under `concurrency_limits`
    and does not exist on the server.

Why it matters:
    The server would refuse the deployment after others were written.

Example:
    concurrency_limit: {global: warehouse}

Use instead:
    # deploy.yaml
    concurrency_limits:
      - {name: warehouse, limit: 5}
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl", concurrency_limit: {global: warehouse}}

Known limits:
    It takes a server, so `deploy validate` does not find it.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP521", name="unknown-limit", severity=Severity.ERROR, page=__doc__)
