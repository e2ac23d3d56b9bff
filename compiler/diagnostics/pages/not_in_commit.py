"""A file that a commit does not have.

What it finds:
    The path behind the `#` of a `git+` address, where there is nothing at that commit.

Why it matters:
    A stack whose file is not found wants nothing; it does not mean that all is to be deleted.

Example:
    $ deploy -f git+https://example.com/shop/flows.git@main#deploi.yaml

Use instead:
    $ deploy -f git+https://example.com/shop/flows.git@main#deploy.yaml

Known limits:
    Files of submodules and of Git LFS are not fetched.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP443", name="not-in-commit", severity=Severity.ERROR, page=__doc__)
