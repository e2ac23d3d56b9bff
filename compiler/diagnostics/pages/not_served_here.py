"""A deployment whose runs cannot be carried out by this process.

What it finds:
    `deploy serve`, where a deployment has a work pool on the server, of which its file says
    nothing; or where its first pull step goes to a folder that this machine does not have.

Why it matters:
    With a pool, workers and this process would both take its runs. Without the folder every
    run fails before it begins.

Example:
    $ deploy serve

Use instead:
    deployments:
      - {name: hourly, entrypoint: "flows/etl.py:etl", work_pool: null}

Known limits:
    A deployment with `work_pool: null`, and no `pull` of its own, has no pull step: its runs
    begin in the folder that is served.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP710", name="not-served-here", severity=Severity.ERROR, page=__doc__)
