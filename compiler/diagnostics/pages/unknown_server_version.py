"""The server's version is not one that this program was tried with.

What it finds:
    A server that is older or newer than the versions that the tests run against, 3.4 to
    3.8, or one that names none.

Why it matters:
    Each version of Prefect takes and keeps some values in its own way. What was written is
    read again at the end, so a value that the server did not take is an error and not a
    surprise; but a version that nobody has tried may surprise in other ways.

Example:
    $ deploy --api-url https://prefect.example.com/api     # a server of version 3.9

Use instead:
    $ pip install --upgrade prefect-reconciler

Known limits:
    Prefect Cloud has no version and is not asked. Only the first two numbers count.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP703", name="unknown-server-version", severity=Severity.WARNING, page=__doc__)
