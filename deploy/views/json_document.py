"""JSON for programs.  `docs/how-to/read-findings.md` says what each field means, and what stays."""

import json

from compiler.desired.json import Json
from compiler.diagnostics import Diagnostic, Fix, Position, Severity, Span
from deploy.views.findings import Findings

VERSION = 1  # goes up when a field is taken away or changes its meaning, never for a new one


def render(findings: Findings) -> str:
    """One object, in ASCII: whatever the terminal's code page, it can be read back."""
    return json.dumps(document(findings), indent=2)


def document(findings: Findings) -> dict[str, Json]:
    """The object that is written."""
    return {
        "version": VERSION,
        "tool": {"name": "deploy", "version": findings.version},
        "files": list(findings.files),
        "counts": {str(severity): findings.count(severity) for severity in Severity},
        "findings": [_finding(found) for found in findings.diagnostics],
    }


def _finding(found: Diagnostic) -> dict[str, Json]:
    related: list[Json] = [
        {"message": each.message, "at": _place(each.span)} for each in found.related
    ]
    return {
        "code": found.rule.code,
        "name": found.rule.name,
        "severity": str(found.severity),
        "message": found.message,
        "hint": found.hint,
        "at": None if found.at is None else _place(found.at),
        "related": related,
        "fix": None if found.fix is None else _fix(found.fix),
        "docs": f"deploy explain {found.rule.code}",
    }


def _place(span: Span) -> dict[str, Json]:
    return {"file": span.file, "start": _position(span.start), "end": _position(span.end)}


def _position(position: Position) -> dict[str, Json]:
    return {"line": position.line, "column": position.column}


def _fix(fix: Fix) -> dict[str, Json]:
    edits: list[Json] = [{"at": _place(edit.at), "text": edit.text} for edit in fix.edits]
    return {"message": fix.message, "safety": str(fix.safety), "edits": edits}
