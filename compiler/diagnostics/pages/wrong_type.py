"""A value of another type than its key takes."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP102", name="wrong-type", severity=Severity.ERROR, page=__doc__)
