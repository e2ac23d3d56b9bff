"""Something that moved on the server and stays in the files as it is.

What it finds:
    With `deploy drift --write-back`, a field that somebody changed on the server and that was
    not written into the files, and where its value stands.

Why it matters:
    The next apply puts the file's value back.

Example:
    defaults:
      concurrency_limit: 5      # of two deployments, and only one of them was changed
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl"}
      - {name: weekly, entrypoint: "flows/etl.py:etl"}

Use instead:
    defaults:
      concurrency_limit: 5
    deployments:
      - {name: nightly, entrypoint: "flows/etl.py:etl", concurrency_limit: 7}
      - {name: weekly, entrypoint: "flows/etl.py:etl"}

Known limits:
    A value is written only where nothing else takes it: not in another deployment, not in another
    environment, not out of a template. What the file has changed as well is left to you, and so
    is what looks like a secret.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP632", name="not-written-back", severity=Severity.WARNING, page=__doc__)
