"""The text is not YAML."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP001", name="yaml-syntax", severity=Severity.ERROR, page=__doc__)
