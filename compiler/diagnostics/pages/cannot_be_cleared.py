"""The file clears a value, and this version of the server does not let go of it.

What it finds:
    A deployment on the server with job variables, a work pool, or a schedule's
    `max_scheduled_runs`, that the file empties or gives no more, where the server's version
    answers such a write with success and keeps the value.

Why it matters:
    The file says one thing and the server goes on doing another. The plan leaves out what
    would not be taken, so that it does not come up again and again; this finding says what
    is there instead.

Example:
    $ deploy plan -f deploy.yaml

Use instead:
    $ prefect deployment delete load/nightly
    $ deploy -f deploy.yaml

Known limits:
    What each version can clear is a table, made by trying: see the versions' page in the
    documentation. Of a server that does not tell its version, job variables are written in
    the form that all take, and the rest as for a new one.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP619", name="cannot-be-cleared", severity=Severity.WARNING, page=__doc__)
