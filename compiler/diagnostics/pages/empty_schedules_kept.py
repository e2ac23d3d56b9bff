"""`schedules: []` in a prefect.yaml changes nothing, as with Prefect."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP211", name="empty-schedules-kept", severity=Severity.INFO, page=__doc__)
