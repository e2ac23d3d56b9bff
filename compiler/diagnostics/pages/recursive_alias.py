"""An alias contains itself."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP003", name="recursive-alias", severity=Severity.ERROR, page=__doc__)
