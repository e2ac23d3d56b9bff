"""An entrypoint names a source file that is not there."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP401", name="file-not-found", severity=Severity.ERROR, page=__doc__)
