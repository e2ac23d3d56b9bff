"""A work pool type that the server does not offer.

What it finds:
    A work pool to be created, without a `base_job_template` of its own, whose `type` the
    server knows no template for. The hint lists those that it knows.

Why it matters:
    The pool would be made with an empty template, and no job of it could start.

Example:
    work_pools:
      - {name: k8s, type: k8s}

Use instead:
    work_pools:
      - {name: k8s, type: kubernetes}

Known limits:
    It takes a server, so `deploy validate` does not find it. A pool that exists is not looked
    at again, nor is one with its own template.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP504", name="unknown-pool-type", severity=Severity.ERROR, page=__doc__)
