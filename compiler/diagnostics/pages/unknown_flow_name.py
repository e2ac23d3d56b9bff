"""A flow's name cannot be read from its source."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP409", name="unknown-flow-name", severity=Severity.ERROR, page=__doc__)
