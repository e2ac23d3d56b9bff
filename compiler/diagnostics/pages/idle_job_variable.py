"""A job variable that the work pool on the server does not have.

What it finds:
    A name under `job_variables`, of a deployment that is about to be written, that the base job
    template which the pool has on the server knows nothing of.

Why it matters:
    The server stores it and no worker reads it: `imagee: shop/flows` runs in the default image.

Example:
    deployments:
      - name: nightly
        entrypoint: flows/etl.py:etl
        work_pool: {name: k8s, job_variables: {imagee: "shop/flows:1.10"}}

Use instead:
    external: {work_pools: [k8s]}
    deployments:
      - name: nightly
        entrypoint: flows/etl.py:etl
        work_pool: {name: k8s, job_variables: {image: "shop/flows:1.10"}}

Known limits:
    It takes a server, so `deploy validate` does not find it; where the files give the pool's
    template, DEP508 does. A pool with an empty template, or one that allows other names, is not
    looked at.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP623", name="idle-job-variable", severity=Severity.WARNING, page=__doc__)
