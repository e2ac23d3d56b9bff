"""A Prefect variable or block that the server does not have.

What it finds:
    When planning: `{{ prefect.variables.NAME }}` or `{{ prefect.blocks.TYPE.NAME }}`, outside
    of `pull` and `job_variables`, that leads to nothing on the server.

Why it matters:
    There the value is filled in before anything is written, and braces would be stored
    instead.

Example:
    $ deploy plan

Use instead:
    $ prefect variable set team data

Known limits:
    In `pull` and `job_variables` workers fill it in, and nothing is looked up.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP516", name="unknown-reference", severity=Severity.ERROR, page=__doc__)
