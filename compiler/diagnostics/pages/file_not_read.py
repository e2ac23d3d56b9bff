"""A file that was named is not there, or cannot be read."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP005", name="file-not-read", severity=Severity.ERROR, page=__doc__)
