"""An environment variable that a template needs is not set."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP302", name="unset-variable", severity=Severity.ERROR, page=__doc__)
