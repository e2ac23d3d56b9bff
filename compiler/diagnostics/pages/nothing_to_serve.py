"""Nothing of the stack can be served.

What it finds:
    `deploy serve`, where every deployment that is selected has a work pool, or none is.

Why it matters:
    The runs of a deployment with a pool are taken by that pool's workers. The command would
    wait for runs that never come.

Example:
    $ deploy serve

Use instead:
    $ prefect worker start --pool local

Known limits:
    A deployment is served if its file gives it no work pool; `work_pool: null` takes one away.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP620", name="nothing-to-serve", severity=Severity.ERROR, page=__doc__)
