"""Git cannot be asked for a repository at this address.

What it finds:
    A `repository` without a scheme that Git knows, or with a name or a password in it.

Why it matters:
    An address is shown in logs, metrics and plans: what stands in it is no secret any more.

Example:
    # controller.yaml
    stacks:
      - {name: shop, repository: "https://bot:hunter2@example.com/shop/flows.git"}

Use instead:
    # controller.yaml
    stacks:
      - {name: shop, repository: "https://example.com/shop/flows.git"}

Known limits:
    Whether the repository is there, and may be read, shows when it is first asked for.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP803", name="unusable-repository", severity=Severity.ERROR, page=__doc__)
