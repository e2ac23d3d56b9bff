"""Something carries the stack's tag but was not made by it.

What it finds:
    A deployment with the tag `deploy:STACK` that is neither in the stack's memory nor wanted
    by its files.

Why it matters:
    It is nearly always a copy made in the UI, which copies the tags too. It is left alone:
    never changed and never deleted.

Example:
    $ deploy plan -f deploy.yaml

Use instead:
    $ prefect deployment delete etl/nightly-copy

Known limits:
    It cannot be told from a deployment of the stack whose memory on the server was lost. It
    is an info and stops nothing.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP607", name="unclaimed", severity=Severity.INFO, page=__doc__)
