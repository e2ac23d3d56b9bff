"""A flow's source is not in the repository, so its code fields are the server's."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP412", name="source-missing", severity=Severity.INFO, page=__doc__)
