"""A work pool that neither the files nor the server have."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP501", name="unknown-work-pool", severity=Severity.ERROR, page=__doc__)
