"""A template that nothing can fill."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP303", name="unknown-placeholder", severity=Severity.ERROR, page=__doc__)
