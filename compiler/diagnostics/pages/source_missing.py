"""A flow's source is not in the repository, so its code fields are the server's.

What it finds:
    An entrypoint with `flow_name` whose file is not here, or whose file only imports the flow
    from a package.

Why it matters:
    Description and parameter schema are then neither compared nor written, and the parameters
    of the deployment are not checked.

Example:
    entrypoint: /opt/shop/etl.py:etl
    flow_name: etl

Use instead:
    entrypoint: flows/etl.py:etl

Known limits:
    It is no mistake where the code lives in an image. A misspelt path with `flow_name` looks
    the same.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP412", name="source-missing", severity=Severity.INFO, page=__doc__)
