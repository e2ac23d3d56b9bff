"""An entrypoint names a function that its file does not have.

What it finds:
    A function or `Class.method` that the source does not define, import or assign.

Why it matters:
    Each run would fail when it loads its flow.

Example:
    entrypoint: flows/etl.py:elt

Use instead:
    entrypoint: flows/etl.py:etl

Known limits:
    The source is read and not run: a name that is made only while the module runs, by
    `globals()` or `exec`, cannot be seen.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP402", name="no-such-flow", severity=Severity.ERROR, page=__doc__)
