"""Another run has the lock of the stack, or this one has lost it.

What it finds:
    A run that wants to write while another one holds the lock of the same stack, and still
    does after `--lock-timeout` seconds. Or a run whose lock was taken away while it wrote: it
    stops before its next write.

Why it matters:
    Two applies of one stack at once would each undo what the other does, and write over each
    other's memory of it.

Example:
    $ deploy -f deploy.yaml &
    $ deploy -f deploy.yaml --lock-timeout 0

Use instead:
    $ deploy -f deploy.yaml --lock-timeout 600
    $ deploy unlock -f deploy.yaml    # if it is sure that nobody is at work

Known limits:
    Servers before Prefect 3.4.9 have no locks; the run says so and goes on. Somebody who
    changes things in the UI or with another tool asks no lock.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP615", name="stack-is-locked", severity=Severity.ERROR, page=__doc__)
