"""This names nothing that a repository could have.

What it finds:
    A `ref` that is no branch, no tag, no full hash and no range of versions.

Why it matters:
    The stack could never be found.

Example:
    # controller.yaml
    stacks:
      - {name: shop, repository: "https://example.com/shop/flows.git", ref: "main..old"}

Use instead:
    # controller.yaml
    stacks:
      - {name: shop, repository: "https://example.com/shop/flows.git", ref: "~1.2"}

Known limits:
    Whether the repository has it shows when it is first asked for.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP804", name="unusable-ref", severity=Severity.ERROR, page=__doc__)
