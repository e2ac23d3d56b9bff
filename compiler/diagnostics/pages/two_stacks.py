"""One call names two stacks.

What it finds:
    Files of one call with different values of `stack`.

Why it matters:
    A stack is what is planned, applied and pruned together. With two names it would be open
    whose the things in a file without a name are.

Example:
    # shop/deploy.yaml
    stack: shop

    # web/deploy.yaml
    stack: web

Use instead:
    # shop/deploy.yaml
    stack: shop

    # web/deploy.yaml
    stack: shop

Known limits:
    With `--stack` the files' own names are not looked at, and not compared.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP107", name="two-stacks", severity=Severity.ERROR, page=__doc__)
