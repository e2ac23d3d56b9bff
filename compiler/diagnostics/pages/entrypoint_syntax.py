"""An entrypoint has none of the forms that Prefect knows."""

from compiler.diagnostics.model import Rule, Severity

RULE = Rule(code="DEP411", name="entrypoint-syntax", severity=Severity.ERROR, page=__doc__)
