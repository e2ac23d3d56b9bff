"""A tag or a key that no deployment file needs."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP009", name="unsupported-yaml", severity=Severity.ERROR, page=__doc__)
