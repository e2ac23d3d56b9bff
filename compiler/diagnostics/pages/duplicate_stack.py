"""Two stacks of a controller have one name.

What it finds:
    A `name` in the `stacks` of a controller's file that another one has, too.

Why it matters:
    The name is what metrics, logs and artifacts tell stacks apart by: with one name for two,
    nobody could say which of them is in sync.

Example:
    # controller.yaml
    stacks:
      - {name: shop, repository: "https://example.com/shop/flows.git"}
      - {name: shop, repository: "https://example.com/shop/flows.git", environment: dev}

Use instead:
    # controller.yaml
    stacks:
      - {name: shop, repository: "https://example.com/shop/flows.git"}
      - {name: shop-dev, repository: "https://example.com/shop/flows.git", environment: dev}

Known limits:
    Two entries may still lead to one stack, if their files name the same one: that is found
    when the second is planned, by its origin (DEP603).
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP801", name="duplicate-stack", severity=Severity.ERROR, page=__doc__)
