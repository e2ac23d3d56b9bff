"""A parameter's type cannot be known from the repository alone."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP410", name="unknown-type", severity=Severity.INFO, page=__doc__)
