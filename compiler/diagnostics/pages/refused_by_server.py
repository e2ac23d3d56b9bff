"""The server refused a write."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP701", name="refused-by-server", severity=Severity.ERROR, page=__doc__)
