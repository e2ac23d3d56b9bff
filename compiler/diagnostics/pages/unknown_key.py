"""A key that means nothing here."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP101", name="unknown-key", severity=Severity.ERROR, page=__doc__)
