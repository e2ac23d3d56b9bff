"""A file holds no document.

What it finds:
    A deployment file or job template that is empty, holds only comments, or only a null.

Why it matters:
    It was emptied or truncated by mistake more often than on purpose, and it must not mean
    "delete everything".

Example:
    # deployments:
    #   - name: nightly

Use instead:
    deployments: []

Known limits:
    A file that declares nothing is a document, also if it is just `stack: shop`; what its
    plan would delete is then a matter of DEP601.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP007", name="empty-document", severity=Severity.ERROR, page=__doc__)
