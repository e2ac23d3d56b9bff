"""The server accepted a write and holds another value."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP702", name="not-taken", severity=Severity.ERROR, page=__doc__)
