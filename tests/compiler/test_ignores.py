"""An ignored finding never lets a broken document through."""

from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler import Compilation, Request, compile_project
from compiler.diagnostics import Policy, Report, Severity
from compiler.diagnostics.lines import Lines
from compiler.diagnostics.mend import mended
from compiler.diagnostics.policy import may_be_ignored
from compiler.ignores import is_named
from compiler.rules.catalogue import CATALOGUE
from tests.support.findings import finding, place, rule

FLOWS = "from prefect import flow\n\n@flow\ndef etl(rows: int = 5): ...\n"
OPINION = rule("DEP998", is_opinion=True)
NO_OPINION = rule("DEP999")


def compiled(folder: Path, text: str, policy: Policy | None = None) -> Compilation:
    (folder / "flows.py").write_text(FLOWS, encoding="utf-8")
    file = folder / "deploy.yaml"
    file.write_text(dedent(text), encoding="utf-8")
    return compile_project(Request(files=(file,), base=folder, policy=policy or Policy()))


def codes(compilation: Compilation) -> list[str]:
    return [found.rule.code for found in compilation.report]


def test_an_ignored_opinion_leaves_the_desired_state(tmp_path: Path) -> None:
    done = compiled(
        tmp_path,
        """\
        deployments:
          - name: nightly
            entrypoint: flows.py:etl
            schedules:
              - cron: "0 0 30 2 *"  # deploy: ignore[DEP204]
        """,
    )

    assert codes(done) == []
    assert done.desired is not None
    (nightly,) = done.desired.resources
    assert str(nightly.address) == "deployment/etl/nightly"
    assert nightly.fields["schedules"]


@pytest.mark.parametrize(
    "wrong",
    ["tagz: []", "version: 1.10", 'entrypoint: "nowhere.py:etl"', "tags: [a], tags: [b]"],
    ids=["a key", "a type", "a file", "twice"],
)
def test_an_error_that_is_no_opinion_stays(wrong: str, tmp_path: Path) -> None:
    ignored = "# deploy: ignore-file\ndeployments:\n  - {name: a, WRONG}  # deploy: ignore\n"

    done = compiled(tmp_path, ignored.replace("WRONG", wrong))

    assert done.desired is None
    assert done.report.has_errors


def test_an_opinion_hides_no_other_error(tmp_path: Path) -> None:
    done = compiled(
        tmp_path,
        """\
        deployments:
          - name: nightly
            entrypoint: flows.py:etl
            parameters:
              retries: 1  # deploy: ignore
              rows: many
        """,
    )

    assert codes(done) == ["DEP405"]
    assert done.desired is None


def test_an_opinion_is_not_known_to_be_wrong_already() -> None:
    report = Report()
    at = place(1, 1, 5)
    report.add(OPINION, "an opinion", at)

    assert report.has_errors
    assert not report.has_error_within(at)


def test_an_option_cannot_lower_what_leaves_holes(tmp_path: Path) -> None:
    policy = Policy(
        only=frozenset({"DEP204"}),
        ignored=frozenset({"DEP101"}),
        severities={"DEP101": Severity.INFO},
    )

    done = compiled(tmp_path, "deployments: []\ntagz: []\n", policy)

    assert codes(done) == ["DEP101"]
    assert done.desired is None
    assert policy.refused(done.report) == ("DEP101",)


def test_a_warning_that_is_made_an_error_stops_the_run(tmp_path: Path) -> None:
    text = "deployments:\n  - {name: a, entrypoint: 'flows.py:etl'}  # deploy: ignore\n"

    before = compiled(tmp_path, text)
    after = compiled(tmp_path, text, Policy(severities={"DEP030": Severity.ERROR}))

    assert before.desired is not None
    assert after.desired is None


POLICIES = st.builds(
    Policy,
    only=st.none() | st.frozensets(st.sampled_from(["DEP998", "DEP999"])),
    ignored=st.frozensets(st.sampled_from(["DEP998", "DEP999"])),
    severities=st.dictionaries(st.sampled_from(["DEP998", "DEP999"]), st.sampled_from(Severity)),
)


@given(policy=POLICIES)
def test_no_policy_removes_an_error_that_is_no_opinion(policy: Policy) -> None:
    report = Report([finding(None, of=OPINION), finding(None, of=NO_OPINION)])

    judged = policy.judged(report)

    assert finding(None, of=NO_OPINION) in list(judged)
    assert judged.has_errors


def test_an_opinion_may_be_lowered() -> None:
    report = Report([finding(None, of=OPINION)])

    judged = Policy(severities={"DEP998": Severity.WARNING}).judged(report)

    assert [found.severity for found in judged] == [Severity.WARNING]


@pytest.mark.parametrize(
    ("code", "is_meant"),
    [
        ("DEP204", True),
        ("dep204", True),
        ("DEP2", True),
        ("DEP", True),
        ("schedule-never-fires", True),
        ("Schedule-Never-Fires", True),
        ("DEP3", False),
        ("DEP2041", False),
        ("schedule", False),
        ("", False),
        ("D", False),
    ],
)
def test_a_rule_is_called_by_code_beginning_or_name(code: str, is_meant: bool) -> None:  # noqa: FBT001
    assert is_named(CATALOGUE["DEP204"], code) is is_meant


def test_what_guards_the_server_is_no_opinion() -> None:
    guards = [each for each in CATALOGUE.values() if each.code.startswith(("DEP6", "DEP7"))]

    assert guards
    assert not any(each.is_opinion for each in guards)


def test_only_an_error_needs_to_be_an_opinion() -> None:
    opinions = [each for each in CATALOGUE.values() if each.is_opinion]

    assert {each.severity for each in opinions} == {Severity.ERROR}
    assert all(may_be_ignored(finding(None, of=each)) for each in opinions)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("stack: shop  # deploy: ignore\nname: a\n", "stack: shop\nname: a\n"),
        ("stack: shop\n  # deploy: ignore\nname: a\n", "stack: shop\nname: a\n"),
        ("stack: shop\n# deploy: ignore", "stack: shop\n"),
        ("stack: shop # deploy: ignore[DEP204]\n", "stack: shop\n"),
    ],
    ids=["behind a value", "alone", "at the end", "of one code"],
)
def test_a_comment_of_no_use_is_cut_out(text: str, after: str, tmp_path: Path) -> None:
    (found,) = compiled(tmp_path, text).report

    assert found.fix is not None
    assert mended(Lines.of(text, "deploy.yaml"), found.fix.edits) == after


@pytest.mark.parametrize(
    "order", ["deploy: ignore for now", "deploy: ignore[DEP204, DEP205]", "deploy: ignore # TODO"]
)
def test_a_comment_that_says_more_is_left_alone(order: str, tmp_path: Path) -> None:
    found = tuple(compiled(tmp_path, f"stack: shop  # {order}\n").report)

    assert found
    assert [each.fix for each in found] == [None] * len(found)
