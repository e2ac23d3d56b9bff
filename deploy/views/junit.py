"""JUnit XML, for the test reports of CI systems: a suite a file, a case a finding.

An error fails its case; a warning or a note is a skipped one, which is shown and fails
nothing; a file without findings is a case that passes.
Source: the schema that Jenkins reads (junit-10.xsd).
"""

import re
from collections import Counter
from xml.etree import ElementTree as ET

from compiler.diagnostics import Diagnostic, Severity
from deploy.views.findings import Findings

_NO_FILE = "(no file)"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(findings: Findings) -> str:
    """One document with a suite for each file that was checked or has findings."""
    by_file: dict[str, list[Diagnostic]] = {file: [] for file in findings.files}
    for found in findings.diagnostics:
        file = found.at.file if found.at is not None else _NO_FILE
        by_file.setdefault(file, []).append(found)
    root = ET.Element("testsuites", {"name": "deploy validate"})
    suites = [_suite(file, found) for file, found in by_file.items()]
    root.extend(suites)
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="us-ascii", xml_declaration=True)
    return written.decode("ascii")


def _suite(file: str, found: list[Diagnostic]) -> ET.Element:
    failures = sum(each.severity is Severity.ERROR for each in found)
    counts = {
        "tests": len(found) or 1,
        "failures": failures,
        "errors": 0,
        "skipped": len(found) - failures,
    }
    numbers = {name: str(number) for name, number in counts.items()}
    suite = ET.Element("testsuite", {"name": _xml(file), **numbers})
    suite.extend(_cases(file, found) or [_passed(file)])
    return suite


def _passed(file: str) -> ET.Element:
    return ET.Element("testcase", {"name": "no findings", "classname": _xml(file), "time": "0"})


def _cases(file: str, found: list[Diagnostic]) -> list[ET.Element]:
    """A case a finding; its name stays when its lines move, and equal names are counted."""
    seen: Counter[str] = Counter()
    cases = []
    for each in found:
        name = f"{each.rule.code} {each.message}"
        seen[name] += 1
        again = f" ({seen[name]})" if seen[name] > 1 else ""
        cases.append(_case(name + again, file, each))
    return cases


def _case(name: str, file: str, found: Diagnostic) -> ET.Element:
    case = ET.Element("testcase", {"name": _xml(name), "classname": _xml(file), "time": "0"})
    outcome = "failure" if found.severity is Severity.ERROR else "skipped"
    told = {"type": str(found.severity), "message": _xml(found.message)}
    ET.SubElement(case, outcome, told).text = _xml("\n".join(_lines(found)))
    return case


def _lines(found: Diagnostic) -> list[str]:
    place = f"{found.at}: " if found.at is not None else ""
    hint = [f"hint: {found.hint}"] if found.hint else []
    related = [f"{label.span}: {label.message}" for label in found.related]
    return [
        f"{place}{found.rule.code} {found.message}",
        *hint,
        *related,
        f"help: deploy explain {found.rule.code}",
    ]


def _xml(text: str) -> str:
    """The text without the characters that XML 1.0 has no place for."""
    return _NOT_XML.sub("\ufffd", text)
