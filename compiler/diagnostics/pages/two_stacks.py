"""One call names two stacks."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP107", name="two-stacks", severity=Severity.ERROR, page=__doc__)
