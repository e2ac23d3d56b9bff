"""A value that does not fit the type of its block.

What it finds:
    A value in the `data` of a block that the schema of its type refuses, and a `$block` where
    the schema wants no block, or one of another type.

Why it matters:
    The server takes it; whoever loads the block fails.

Example:
    blocks:
      - {name: files, type: local-file-system, data: {basepath: [data]}}

Use instead:
    blocks:
      - {name: files, type: local-file-system, data: {basepath: data}}

Known limits:
    It takes a server, so `deploy validate` does not find it. The newest schema that the server
    has of the type counts; what its class checks beside is not known.
"""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP626", name="wrong-block-value", severity=Severity.ERROR, page=__doc__)
