"""The stack was last applied from somewhere else."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP604", name="other-origin", severity=Severity.ERROR, page=__doc__)
