"""A work pool to be deleted is used outside the stack."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP605", name="still-in-use", severity=Severity.ERROR, page=__doc__)
