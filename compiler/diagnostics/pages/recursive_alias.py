"""An alias contains itself.

What it finds:
    An anchored list or mapping with an alias of that same anchor inside, directly or by
    way of another.

Why it matters:
    Such a document has no end.

Example:
    definitions:
      steps: &steps
        - *steps

Use instead:
    definitions:
      steps: &steps
        - prefect.deployments.steps.set_working_directory: {directory: /opt/shop}
      more: *steps

Known limits:
    The rest of the file is not checked until this is put right.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP003", name="recursive-alias", severity=Severity.ERROR, page=__doc__)
