"""A plan would delete a work pool or a queue."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP606", name="deletes-a-pool", severity=Severity.ERROR, page=__doc__)
