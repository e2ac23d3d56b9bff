"""The environment belongs to another server.

What it finds:
    A target that is not the `server` of the chosen environment.

Why it matters:
    What is meant for one server would be created, and what is missing deleted, on another.

Example:
    $ deploy -e prod --api-url http://127.0.0.1:4200/api

Use instead:
    $ deploy -e prod --api-url https://prefect.example.com/api

Known limits:
    Addresses are compared as text, without a `/` at the end; `embedded` is the server in this
    process.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP608", name="wrong-server", severity=Severity.ERROR, page=__doc__)
