"""SARIF 2.1.0, for code scanning.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from compiler.desired.json import Json
from compiler.diagnostics import Diagnostic, Fix, Label, Rule, Safety, Severity, Span
from deploy.views.findings import Findings
from deploy.views.page import markdown, sections

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_ROOT = "SRCROOT"
_LONGEST = 1_000  # characters of a line that tell a finding from others


def render(findings: Findings) -> str:
    """One log with one run."""
    log: Json = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(findings)]}
    return json.dumps(log, indent=2)


def _run(findings: Findings) -> Json:
    rules = {found.rule.code: found.rule for found in findings.diagnostics}
    places = {code: place for place, code in enumerate(sorted(rules))}
    driver = {
        "name": "deploy",
        "version": findings.version,
        "rules": [_rule(rules[code]) for code in places],
    }
    return {
        "tool": {"driver": driver},
        "invocations": [_invocation(findings)],
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"uri": _folder(findings.root)}},
        "artifacts": [{"location": _artifact(file, findings)} for file in findings.files],
        "results": _results(findings, places),
    }


def _invocation(findings: Findings) -> Json:
    """What a log says of the run: it failed where there was no file that could be read."""
    return {
        "executionSuccessful": bool(findings.files),
        "exitCode": 1 if findings.has_errors else 0,
    }


def _rule(rule: Rule) -> Json:
    text = rule.page.strip()
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": sections(rule.page)[""] or rule.name},
        "fullDescription": {"text": sections(rule.page).get("What it finds") or rule.name},
        "help": {"text": text or rule.name, "markdown": markdown(rule)},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _results(findings: Findings, places: Mapping[str, int]) -> list[Json]:
    seen: Counter[str] = Counter()
    results: list[Json] = []
    for found in findings.diagnostics:
        mark = _fingerprint(found, findings)
        seen[mark] += 1
        results.append(_result(found, findings, places) | _prints(mark, seen[mark]))
    return results


def _result(found: Diagnostic, findings: Findings, places: Mapping[str, int]) -> dict[str, Json]:
    text = f"{found.message}\n{found.hint}" if found.hint else found.message
    result: dict[str, Json] = {
        "ruleId": found.rule.code,
        "ruleIndex": places[found.rule.code],
        "level": _LEVELS[found.severity],
        "message": {"text": text},
    }
    if found.at is not None:
        result["locations"] = [{"physicalLocation": _location(found.at, findings)}]
    if found.related:
        related = enumerate(found.related, start=1)
        result["relatedLocations"] = [_related(id, label, findings) for id, label in related]
    if found.fix is not None and found.fix.edits and found.fix.safety is not Safety.SHOWN:
        result["fixes"] = [_fix(found.fix, findings)]
    return result


def _related(id: int, label: Label, findings: Findings) -> Json:
    location: dict[str, Json] = {"id": id, "physicalLocation": _location(label.span, findings)}
    return location | ({"message": {"text": label.message}} if label.message else {})


def _fix(fix: Fix, findings: Findings) -> Json:
    """Replacements, a change a file."""
    changes: dict[str, list[Json]] = {}
    for edit in fix.edits:
        replacement = {"deletedRegion": _region(edit.at), "insertedContent": {"text": edit.text}}
        changes.setdefault(edit.at.file, []).append(replacement)
    return {
        "description": {"text": fix.message},
        "artifactChanges": [
            {"artifactLocation": _artifact(file, findings), "replacements": replacements}
            for file, replacements in changes.items()
        ],
        "properties": {"safety": str(fix.safety)},
    }


def _location(span: Span, findings: Findings) -> Json:
    return {"artifactLocation": _artifact(span.file, findings), "region": _region(span)}


def _region(span: Span) -> Json:
    return {
        "startLine": span.start.line,
        "startColumn": span.start.column,
        "endLine": span.end.line,
        "endColumn": span.end.column,
    }


def _artifact(file: str, findings: Findings) -> Json:
    """Where a file is: below the root by its name there, else by its address."""
    name = findings.from_root(file)
    if findings.has(file):
        return {"uri": quote(name), "uriBaseId": _ROOT}
    return {"uri": Path(name).as_uri()}


def _folder(path: Path) -> str:
    return f"{path.as_uri().rstrip('/')}/"


def _prints(fingerprint: str, number: int) -> dict[str, Json]:
    """What tells a finding from others when its lines have moved: equal ones are counted."""
    return {"partialFingerprints": {"primaryLocationLineHash": f"{fingerprint}:{number}"}}


def _fingerprint(found: Diagnostic, findings: Findings) -> str:
    """A hash of what is found and the line it is found in, without where that is."""
    parts = [found.rule.code, found.message]
    if found.at is not None:
        line = findings.line(found.at.file, found.at.start.line)
        text = line[1][:_LONGEST].strip() if line else ""
        parts += [findings.from_root(found.at.file), text]
    return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()[:16]
