"""A value that can only be set when the thing is created."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP505", name="fixed-at-creation", severity=Severity.ERROR, page=__doc__)
