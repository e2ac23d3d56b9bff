"""An entrypoint means two different files."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP408", name="ambiguous-path", severity=Severity.ERROR, page=__doc__)
