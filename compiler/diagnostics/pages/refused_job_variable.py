"""A job variable that the work pool on the server would refuse.

What it finds:
    A value under `job_variables`, of a deployment that is about to be written, that the base
    job template which the pool has on the server does not allow.

Why it matters:
    The server refuses the deployment, after others were written.

Example:
    deployments:
      - name: nightly
        entrypoint: flows/etl.py:etl
        work_pool: {name: local, job_variables: {stream_output: perhaps}}

Use instead:
    external: {work_pools: [local]}
    deployments:
      - name: nightly
        entrypoint: flows/etl.py:etl
        work_pool: {name: local, job_variables: {stream_output: true}}

Known limits:
    It takes a server, so `deploy validate` does not find it; where the files give the pool's
    template, DEP509 does. A pool with an empty template refuses nothing. Values with a template
    in them are not checked.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP622", name="refused-job-variable", severity=Severity.ERROR, page=__doc__)
