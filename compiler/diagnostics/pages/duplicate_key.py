"""A key is written twice in one mapping."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP002", name="duplicate-key", severity=Severity.ERROR, page=__doc__)
