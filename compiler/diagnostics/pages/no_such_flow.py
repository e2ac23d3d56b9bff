"""An entrypoint names a function that its file does not have."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP402", name="no-such-flow", severity=Severity.ERROR, page=__doc__)
