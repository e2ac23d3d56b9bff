"""A branch, tag, commit or range that a repository does not have.

What it finds:
    A name that is no branch and no tag there, or both; a hash of which there is no commit; a
    range of versions that no tag is in.

Why it matters:
    A guess would deploy something else.

Example:
    $ deploy -f git+https://example.com/shop/flows.git@maiin

Use instead:
    $ deploy -f git+https://example.com/shop/flows.git@main
    $ deploy -f "git+https://example.com/shop/flows.git@~1.2"

Known limits:
    A hash is written with all of its letters. Tags count as versions if they are written
    `v1.2.3` or `1.2.3`.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP442", name="unknown-ref", severity=Severity.ERROR, page=__doc__)
