"""A name is taken by something that this stack does not own."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP602", name="not-ours", severity=Severity.ERROR, page=__doc__)
