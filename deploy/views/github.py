"""Workflow commands: annotations on the lines of a pull request.

Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions.
"""

from collections.abc import Iterator

from compiler.diagnostics import Diagnostic, Severity, Span
from deploy.views.findings import Findings
from deploy.views.letters import one_line

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(findings: Findings) -> str:
    """A command a finding, each on a line of its own."""
    return "\n".join(_command(found, findings) for found in findings.diagnostics)


def _command(found: Diagnostic, findings: Findings) -> str:
    place = _place(found.at, findings) if found.at is not None else {}
    properties = {**place, "title": f"{found.rule.code} {found.rule.name}"}
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    text = _text("\n".join(_lines(found)))
    return f"::{_COMMANDS[found.severity]} {written}::{text}"


def _place(span: Span, findings: Findings) -> dict[str, str]:
    """Where; columns only on one line, since those of another line are not taken."""
    place = {"file": findings.from_root(span.file), "line": str(span.start.line)}
    if span.end.line != span.start.line:
        return {**place, "endLine": str(span.end.line)}
    columns = {"col": str(span.start.column), "endColumn": str(span.end.column)}
    return {**place, "endLine": str(span.end.line), **columns}


def _lines(found: Diagnostic) -> Iterator[str]:
    """What an annotation says, other places last: it can only stand at one."""
    yield found.message
    if found.hint:
        yield from f"hint: {found.hint}".splitlines()
    for label in found.related:
        yield f"{label.span}: {label.message}"


def _text(text: str) -> str:
    lines = "\n".join(map(one_line, text.split("\n")))
    return lines.replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return _text(one_line(text)).replace(":", "%3A").replace(",", "%2C")
