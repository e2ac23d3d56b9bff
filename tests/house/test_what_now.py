"""Every error answers "what now"."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from compiler.diagnostics import Report, Rule, Severity
from compiler.plan.mask import Mask
from compiler.rules.catalogue import CATALOGUE
from compiler.source.sources import Sources
from deploy.blame import reason
from deploy.complaint import Complaint
from deploy.views.text import render_report
from reconciler.api import errors
from reconciler.ledger import UnreadableLedger

ROOT = Path(__file__).resolve().parents[2]


def complaints() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted((ROOT / "deploy").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Complaint":
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def test_a_complaint_says_what_to_do() -> None:
    silent = [
        place
        for place, call in complaints()
        if not any(each.arg == "hint" and ast.unparse(each.value) != "''" for each in call.keywords)
    ]

    assert silent == []


def kinds(kind: type[errors.ApiError] = errors.ApiError) -> Iterator[type[errors.ApiError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from kinds(each)


@pytest.mark.parametrize("kind", [*kinds()], ids=lambda kind: kind.__name__)
def test_what_a_server_refused_says_what_to_do(kind: type[errors.ApiError]) -> None:
    told = reason(kind("no", call="GET /x", hint=""))

    assert told == f"error: GET /x: no\n = hint: {kind.usual_hint}"
    assert kind.usual_hint


@pytest.mark.parametrize(
    "error",
    [
        Complaint("no", hint="say yes"),
        FileNotFoundError(2, "No such file or directory", "x"),
        PermissionError(13, "Permission denied", "x"),
        UnreadableLedger("no"),
        ExceptionGroup("several", [OSError("disk")]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_the_world_refused_says_what_to_do(error: Exception) -> None:
    told = reason(error)

    assert told is not None
    assert told.splitlines()[-1].startswith(" = hint: ")


@pytest.mark.parametrize("rule", CATALOGUE.values(), ids=lambda rule: rule.code)
def test_a_finding_names_the_page_that_says_what_to_do(rule: Rule) -> None:
    report = Report()
    report.add(rule, "no", None)

    told = render_report(report, Sources(ROOT), Mask())

    assert rule.severity is Severity.INFO or told.endswith(f" = help: deploy explain {rule.code}")
