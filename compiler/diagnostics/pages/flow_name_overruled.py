"""A declared flow name differs from the one in the source."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP413", name="flow-name-overruled", severity=Severity.WARNING, page=__doc__)
