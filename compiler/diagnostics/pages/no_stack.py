"""Nothing says which stack these files are."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP106", name="no-stack", severity=Severity.ERROR, page=__doc__)
