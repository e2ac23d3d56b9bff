"""Something of another owner that the server does not have.

What it finds:
    A block or a variable that `external` lists and that does not exist on the server.

Why it matters:
    What refers to it would fail when it runs, long after the apply.

Example:
    external: {blocks: [secret/shop-tokne]}

Use instead:
    external: {blocks: [secret/shop-token]}

Known limits:
    It takes a server, so `deploy validate` does not find it. Work pools are looked for where
    deployments name them (DEP501).
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP617", name="unknown-external", severity=Severity.ERROR, page=__doc__)
