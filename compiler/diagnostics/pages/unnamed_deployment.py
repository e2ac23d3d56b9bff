"""A deployment without a name is skipped, as Prefect does."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP108", name="unnamed-deployment", severity=Severity.WARNING, page=__doc__)
