"""A plan would delete a work pool or a queue.

What it finds:
    A work pool or work queue that this stack made and that left the files.

Why it matters:
    Runs that wait in it are lost, and its workers stop getting work.

Example:
    $ deploy -f deploy.yaml

Use instead:
    $ deploy -f deploy.yaml --force

Known limits:
    Whether runs are waiting is not looked at. The queue `default` of a pool is only deleted
    with its pool.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP606", name="deletes-a-pool", severity=Severity.ERROR, page=__doc__)
