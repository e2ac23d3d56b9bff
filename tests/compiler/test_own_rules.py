"""A caller's own rules are findings like all others."""

from pathlib import Path

import pytest

from compiler import Compilation, OwnRule, Request, compile_project
from compiler.desired.resources import DesiredState
from compiler.diagnostics import Policy, Report, Rule, Severity

FLOWS = "from prefect import flow\n\n@flow\ndef etl(rows: int = 5): ...\n"
RULE = Rule(code="SHOP001", name="no-team", severity=Severity.ERROR, page="…", is_opinion=True)
FILE = """\
stack: shop
deployments:
  - name: nightly
    entrypoint: flows.py:etl
    parameters: {rows: 5}
"""


def check(desired: DesiredState, report: Report) -> None:
    for each in desired.resources:
        report.add(RULE, f"{each.address} has no team", each.span_of("parameters"))


def compiled(folder: Path, text: str, policy: Policy | None = None) -> Compilation:
    (folder / "flows.py").write_text(FLOWS, encoding="utf-8")
    file = folder / "deploy.yaml"
    file.write_text(text, encoding="utf-8")
    own = (OwnRule(rule=RULE, check=check),)
    asked = Request(files=(file,), base=folder, rules=own, policy=policy or Policy())
    return compile_project(asked)


def test_what_it_reports_stands_at_its_place(tmp_path: Path) -> None:
    done = compiled(tmp_path, FILE)

    (found,) = done.report
    assert (found.rule, found.message) == (RULE, "deployment/etl/nightly has no team")
    assert found.at is not None
    assert (found.at.file, found.at.start.line) == ("deploy.yaml", 5)
    assert done.desired is None


@pytest.mark.parametrize("code", ["SHOP001", "no-team"])
def test_a_comment_ignores_it(code: str, tmp_path: Path) -> None:
    done = compiled(tmp_path, FILE.replace("5}", f"5}}  # deploy: ignore[{code}]"))

    assert list(done.report) == []
    assert done.desired is not None


def test_a_policy_is_about_it_too(tmp_path: Path) -> None:
    lowered = compiled(tmp_path, FILE, Policy(severities={"SHOP001": Severity.WARNING}))
    unheard = compiled(tmp_path, FILE, Policy(ignored=frozenset({"SHOP001"})))

    assert [found.severity for found in lowered.report] == [Severity.WARNING]
    assert list(unheard.report) == []


def test_it_is_not_asked_about_what_is_left_of_a_broken_document(tmp_path: Path) -> None:
    done = compiled(tmp_path, FILE.replace("parameters", "paramters"))

    assert [found.rule.code for found in done.report] == ["DEP101"]


def test_a_comment_for_it_that_ignores_nothing_is_told(tmp_path: Path) -> None:
    done = compiled(tmp_path, FILE.replace("stack: shop", "stack: shop  # deploy: ignore[SHOP001]"))

    assert [found.rule.code for found in done.report] == ["DEP030", "SHOP001"]


def test_those_that_do_not_know_it_leave_its_comment_alone(tmp_path: Path) -> None:
    (tmp_path / "flows.py").write_text(FLOWS, encoding="utf-8")
    file = tmp_path / "deploy.yaml"
    text = FILE.replace("5}", "5}  # deploy: ignore[SHOP001, EDP204]")
    file.write_text(text, encoding="utf-8")

    found = compile_project(Request(files=(file,), base=tmp_path)).report

    assert [each.message for each in found] == ["there is no finding 'EDP204'"]


def test_a_code_of_ours_is_not_given_again() -> None:
    with pytest.raises(AssertionError):
        OwnRule(rule=Rule(code="DEP999", name="x", severity=Severity.INFO, page=""), check=check)
