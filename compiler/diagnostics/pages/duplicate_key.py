"""A key is written twice in one mapping.

What it finds:
    A key that stands in the same mapping again. Both places are shown.

Why it matters:
    YAML takes the last value and drops the others in silence, be it a whole list of
    deployments.

Example:
    tags: [shop]
    parameters: {source: web}
    tags: [nightly]

Use instead:
    tags: [shop, nightly]
    parameters: {source: web}

Known limits:
    A key beside `<<` that replaces a merged one is no duplicate: merge keys are for that.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP002", name="duplicate-key", severity=Severity.ERROR, page=__doc__)
