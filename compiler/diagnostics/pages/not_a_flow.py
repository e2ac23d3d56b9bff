"""An entrypoint names a function that is no flow."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP407", name="not-a-flow", severity=Severity.ERROR, page=__doc__)
