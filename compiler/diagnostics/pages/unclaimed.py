"""Something carries the stack's tag but was not made by it."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP607", name="unclaimed", severity=Severity.INFO, page=__doc__)
