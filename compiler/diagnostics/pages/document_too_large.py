"""Aliases make the document grow beyond measure."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP008", name="document-too-large", severity=Severity.ERROR, page=__doc__)
