"""An entrypoint has none of the forms that Prefect knows.

What it finds:
    A text that is neither `path/to/file.py:function`, `package.module:function` nor
    `package.module.function`; the function may be `Class.method`.

Why it matters:
    No worker could load it.

Example:
    entrypoint: flows/etl.py

Use instead:
    entrypoint: flows/etl.py:etl

Known limits:
    Without a colon, the last name is the function and the others are the module, as for
    Prefect: `shop.Shop.load` is not found as a method.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP411", name="entrypoint-syntax", severity=Severity.ERROR, page=__doc__)
