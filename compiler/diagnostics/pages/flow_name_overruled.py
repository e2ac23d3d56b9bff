"""A declared flow name differs from the one in the source.

What it finds:
    A `flow_name` beside an entrypoint whose source says another name.

Why it matters:
    Prefect goes by the source, and so does the plan. The line has no effect and misleads.

Example:
    flow_name: nightly-etl

Use instead:
    entrypoint: flows/etl.py:etl

Known limits:
    Only where the source's name can be read; where it cannot, `flow_name` counts.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP413", name="flow-name-overruled", severity=Severity.WARNING, page=__doc__)
