"""Something to be deleted is still used.

What it finds:
    A work pool that left the files while deployments that are not this stack's run in it;
    the first three are named. In the same way a work queue, a concurrency limit that such
    deployments share, and a block that a block or an automation of somebody else refers to.
    And what left the files while an automation of the stack still names it.

Why it matters:
    They would lose their work pool, and with it their runs; a block that refers to one that
    is gone cannot be loaded any more, and an automation would act on nothing.

Example:
    $ deploy -f deploy.yaml --force

Use instead:
    $ prefect deployment ls
    $ deploy -f deploy.yaml

Known limits:
    `--force` does not help: keep it in the file until nothing uses it. Automations of others
    are looked at for blocks alone, and code that loads a block by its name not at all.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP605", name="still-in-use", severity=Severity.ERROR, page=__doc__)
