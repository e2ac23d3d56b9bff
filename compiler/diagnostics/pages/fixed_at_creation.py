"""A value that can only be set when the thing is created.

What it finds:
    A work pool that exists with another `type` than the file gives it.

Why it matters:
    The server does not change the type of a pool. Making it anew would drop its queues and
    the deployments' way to it.

Example:
    work_pools:
      - {name: jobs, type: kubernetes}   # on the server: process

Use instead:
    work_pools:
      - {name: jobs, type: process}
      - {name: jobs-k8s, type: kubernetes}

Known limits:
    A pool without `type` in the file is one of type `process`. Labels of a deployment, which
    can be set at creation only as well, are not compared later.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP505", name="fixed-at-creation", severity=Severity.ERROR, page=__doc__)
