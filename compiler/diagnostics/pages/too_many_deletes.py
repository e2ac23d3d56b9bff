"""A plan would delete more than an edit usually does."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP601", name="too-many-deletes", severity=Severity.ERROR, page=__doc__)
