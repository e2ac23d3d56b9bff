"""Something to be deleted is still used.

What it finds:
    A work pool that left the files while deployments that are not this stack's run in it;
    the first three are named. And what left the files while an automation of the stack
    still names it.

Why it matters:
    They would lose their work pool, and with it their runs; the automation would act on
    nothing.

Example:
    $ deploy -f deploy.yaml --force

Use instead:
    $ prefect deployment ls
    $ deploy -f deploy.yaml

Known limits:
    `--force` does not help: keep it in the file until nothing uses it. Automations of others
    are not looked at.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP605", name="still-in-use", severity=Severity.ERROR, page=__doc__)
