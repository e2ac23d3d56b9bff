"""The file of a stack does not lie in its repository.

What it finds:
    A `path` of a stack that is absolute, or leads out of the repository by `..`.

Why it matters:
    The files of a commit are all that a controller looks at. What else lies on its machine is
    not what was pushed.

Example:
    # controller.yaml
    stacks:
      - {name: shop, repository: "https://example.com/shop/flows.git", path: ../deploy.yaml}

Use instead:
    # controller.yaml
    stacks:
      - {name: shop, repository: "https://example.com/shop/flows.git", path: teams/shop}

Known limits:
    Whether the file is in the commit shows when the commit is looked at.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP807", name="path-leaves-repository", severity=Severity.ERROR, page=__doc__)
