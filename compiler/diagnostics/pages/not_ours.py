"""A name is taken by something that this stack does not own.

What it finds:
    A deployment, work pool or queue that the files want, that exists already, and that was
    made by hand, by `prefect deploy` or by another stack.

Why it matters:
    Writing to it would take it away from whoever keeps it, and the next run of its owner
    would take it back.

Example:
    $ deploy -f deploy.yaml

Use instead:
    $ deploy plan -f deploy.yaml --adopt
    $ deploy -f deploy.yaml --adopt

Known limits:
    What another stack owns cannot be adopted: remove it there first, or choose another name.
    Ownership is read from the tag `deploy:STACK` and from the stacks' memory on the server.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP602", name="not-ours", severity=Severity.ERROR, page=__doc__)
