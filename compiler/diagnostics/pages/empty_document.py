"""A file holds no document."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP007", name="empty-document", severity=Severity.ERROR, page=__doc__)
