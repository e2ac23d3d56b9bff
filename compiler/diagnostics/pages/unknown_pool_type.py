"""A work pool type that the server does not offer."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP504", name="unknown-pool-type", severity=Severity.ERROR, page=__doc__)
