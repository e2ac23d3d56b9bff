"""An automation names something that neither the files nor the server have.

What it finds:
    A deployment, work pool, work queue, automation or block in an action of an automation, or
    in the labels of a trigger, that is not declared and of which the server does not have
    exactly one.

Why it matters:
    The server knows such things only by their ids, and there is none to give it.

Example:
    actions: [{type: pause-work-pool, work_pool: k8z}]

Use instead:
    # deploy.yaml
    work_pools:
      - {name: k8s, type: process}
    automations:
      - name: stop
        trigger: {expect: [shop.closed]}
        actions: [{type: pause-work-pool, work_pool: k8s}]

Known limits:
    It takes a server, so `deploy validate` does not find it. An id is not looked for.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP527", name="unknown-name", severity=Severity.ERROR, page=__doc__)
