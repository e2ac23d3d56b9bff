"""Two declarations are the same thing on the server."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP503", name="duplicate-address", severity=Severity.ERROR, page=__doc__)
