"""A flow's source is not Python that can be parsed."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP406", name="unreadable-flow", severity=Severity.ERROR, page=__doc__)
