"""A key that this version reads but does not act on."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP105", name="not-applied-yet", severity=Severity.WARNING, page=__doc__)
