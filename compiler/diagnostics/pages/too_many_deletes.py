"""A plan would delete more than an edit usually does.

What it finds:
    A plan that deletes more than 30 % of the stack's things of a kind (if it has at least
    five), or all of them without making new ones. `policy.deletes` sets other numbers.

Why it matters:
    It is what a wrong folder, a truncated file or a merge gone wrong look like.

Example:
    $ deploy -f deploy.yaml

Use instead:
    $ deploy plan -f deploy.yaml
    $ deploy -f deploy.yaml --force

Known limits:
    It is counted for each kind by itself. Below five things any share is accepted, except
    all of them. With `policy: {deletes: allow}` nothing of this is looked at.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP601", name="too-many-deletes", severity=Severity.ERROR, page=__doc__)
