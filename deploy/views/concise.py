"""One line a finding: `file:line:column: CODE message`."""

from compiler.diagnostics import Diagnostic
from deploy.views.findings import Findings
from deploy.views.letters import one_line


def render(findings: Findings) -> str:
    """Every finding on a line of its own."""
    return "\n".join(map(_line, findings.diagnostics))


def _line(found: Diagnostic) -> str:
    place = f"{found.at}: " if found.at is not None else ""
    return one_line(f"{place}{found.rule.code} {found.message}")
