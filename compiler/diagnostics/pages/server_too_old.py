"""The server is too old to be written to safely.

What it finds:
    A server of a version before 3.2.

Why it matters:
    Such a server knows no slugs of schedules: it throws all schedules away and makes new
    ones at each change, and with them the runs that are queued. A server of Prefect 2 has
    other addresses for much of what is asked of it.

Example:
    $ deploy --api-url https://prefect.example.com/api     # a server of version 3.1

Use instead:
    $ pip install --upgrade prefect                        # on the server

Known limits:
    What the server says of itself is believed.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP704", name="server-too-old", severity=Severity.ERROR, page=__doc__)
