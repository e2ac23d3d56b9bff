"""The server accepted a write and holds another value.

What it finds:
    A thing that was written and, when read again at the end of the run, is not there or has
    another value in a field that was written.

Why it matters:
    The file says one thing and the server does another, and every following plan would try
    to change it again.

Example:
    $ deploy -f deploy.yaml

Use instead:
    $ prefect version
    $ deploy plan -f deploy.yaml

Known limits:
    Somebody else who writes at the same moment looks the same. An older server that does not
    know a field drops it without a word; that is the usual cause.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP702", name="not-taken", severity=Severity.ERROR, page=__doc__)
