"""A key that cannot be left out is not there."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP103", name="missing-key", severity=Severity.ERROR, page=__doc__)
