"""A file is not UTF-8 text."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP006", name="not-utf8", severity=Severity.ERROR, page=__doc__)
