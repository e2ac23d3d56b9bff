"""A work pool to be deleted is used outside the stack.

What it finds:
    A work pool that left the files while deployments that are not this stack's run in it.
    The first three are named.

Why it matters:
    They would lose their work pool, and with it their runs.

Example:
    $ deploy -f deploy.yaml --force

Use instead:
    $ prefect deployment ls
    $ deploy -f deploy.yaml

Known limits:
    `--force` does not help: keep the pool in the file until nothing uses it. Queues are not
    looked at.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP605", name="still-in-use", severity=Severity.ERROR, page=__doc__)
