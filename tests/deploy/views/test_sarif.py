"""SARIF, as its schema has it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from compiler.diagnostics import Diagnostic, Edit, Fix, Label, Safety, Severity
from compiler.rules.catalogue import CATALOGUE
from deploy.views.sarif import render
from tests.support.findings import finding, findings, place, rule
from tests.support.odd_findings import FOUND

SCHEMA = Path(__file__).with_name("schemas") / "sarif-2.1.0-rtm.5.json"
VALIDATOR = Draft4Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
DEPLOY = "stack: shop\ntags: [a, b]\n"
FIX = Fix(
    message="write 'retry'",
    edits=(Edit(place(1, 1, 6), "retry"), Edit(place(2, 1, 5), "x")),
    safety=Safety.UNSAFE,
)


def run_of(*found: Diagnostic, **more: Any) -> dict[str, Any]:
    """The only run of a log, which its schema takes."""
    log = json.loads(render(findings(*found, **more)))
    assert [error.message for error in VALIDATOR.iter_errors(log)] == []
    (run,) = log["runs"]
    return dict(run)


def result_of(found: Diagnostic, **more: Any) -> dict[str, Any]:
    (result,) = run_of(found, **{"deploy": DEPLOY, **more})["results"]
    return dict(result)


def test_a_log_without_findings_has_an_empty_list_of_results() -> None:
    run = run_of(deploy=DEPLOY)

    assert run["results"] == []
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["invocations"] == [{"executionSuccessful": True, "exitCode": 0}]
    assert run["tool"]["driver"]["version"] == "1.2.3"
    assert run["artifacts"] == [{"location": {"uri": "deploy.yaml", "uriBaseId": "SRCROOT"}}]


def test_a_run_that_read_no_file_did_not_succeed() -> None:
    run = run_of(finding(place(1, 1, 1, file="nowhere.yaml")))

    assert run["invocations"] == [{"executionSuccessful": False, "exitCode": 1}]


def test_a_result_has_a_place_and_a_rule() -> None:
    run = run_of(finding(None, of=rule("DEP998")), finding(place(2, 8, 9), hint="mend it"))

    result = run["results"][1]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "DEP999"
    assert result["message"]["text"] == "a thing is wrong\nmend it"
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "deploy.yaml", "uriBaseId": "SRCROOT"},
                "region": {"startLine": 2, "startColumn": 8, "endLine": 2, "endColumn": 9},
            }
        }
    ]
    assert "locations" not in run["results"][0]


@pytest.mark.parametrize(
    ("severity", "level"),
    [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "note")],
)
def test_a_severity_has_its_level(severity: Severity, level: str) -> None:
    run = run_of(finding(None, of=rule(severity=severity)))

    assert run["results"][0]["level"] == level
    assert run["tool"]["driver"]["rules"][0]["defaultConfiguration"] == {"level": level}


def test_other_places_have_numbers_and_texts() -> None:
    labels = [Label(place(1, 1, 2), "here"), Label(place(2, 1, 2, file="flows.py"), "")]

    related = result_of(finding(place(1, 1, 2), related=labels))["relatedLocations"]

    assert [each["id"] for each in related] == [1, 2]
    assert related[0]["message"] == {"text": "here"}
    assert "message" not in related[1]


def test_a_fix_is_its_replacements() -> None:
    (fix,) = result_of(finding(place(1, 1, 6), fix=FIX))["fixes"]

    (change,) = fix["artifactChanges"]
    assert fix["description"] == {"text": "write 'retry'"}
    assert fix["properties"] == {"safety": "unsafe"}
    assert [each["insertedContent"]["text"] for each in change["replacements"]] == ["retry", "x"]


def test_a_fix_that_is_only_shown_is_left_out() -> None:
    shown = Fix(message="such as this", edits=FIX.edits, safety=Safety.SHOWN)

    assert "fixes" not in result_of(finding(place(1, 1, 6), fix=shown))


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("a b/ü#?%.yaml", "a%20b/%C3%BC%23%3F%25.yaml"),
        ("<stdin>", "%3Cstdin%3E"),
        ("c:d.yaml", "c%3Ad.yaml"),
    ],
)
def test_a_files_name_is_an_address(file: str, uri: str) -> None:
    (location,) = result_of(finding(place(1, 1, 2, file=file)))["locations"]

    artifact = location["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": uri, "uriBaseId": "SRCROOT"}


def test_files_are_named_from_the_root_or_in_full() -> None:
    inside, outside = finding(place(1, 1, 2)), finding(place(1, 1, 2, file="/else/x.yaml"))
    where = {"base": Path("/my project/etl"), "root": Path("/my project")}

    run = run_of(inside, outside, **where)

    assert run["originalUriBaseIds"] == {"SRCROOT": {"uri": "file:///my%20project/"}}
    artifacts = [
        each["locations"][0]["physicalLocation"]["artifactLocation"] for each in run["results"]
    ]
    assert artifacts == [
        {"uri": "etl/deploy.yaml", "uriBaseId": "SRCROOT"},
        {"uri": "file:///else/x.yaml"},
    ]


def test_a_fingerprint_survives_lines_that_move() -> None:
    before = result_of(finding(place(2, 8, 9)))
    after = result_of(finding(place(4, 8, 9)), deploy=f"# new\n\n{DEPLOY}")
    other = result_of(finding(place(1, 8, 9)))

    assert before["partialFingerprints"] == after["partialFingerprints"]
    assert before["partialFingerprints"] != other["partialFingerprints"]


def test_equal_findings_have_fingerprints_of_their_own() -> None:
    twice = run_of(finding(place(1, 1, 2)), finding(place(2, 1, 2)), deploy="a: 1\na: 1\n")

    prints = [each["partialFingerprints"]["primaryLocationLineHash"] for each in twice["results"]]
    assert prints[0] != prints[1]
    assert prints[0].partition(":")[0] == prints[1].partition(":")[0]


def test_every_finding_of_the_catalogue_has_its_page_as_help() -> None:
    rules = run_of(*(finding(None, of=each) for each in CATALOGUE.values()))["tool"]["driver"][
        "rules"
    ]

    assert [each["id"] for each in rules] == list(CATALOGUE)
    assert all("## Why it matters" in each["help"]["markdown"] for each in rules)
    assert all(each["shortDescription"]["text"].endswith(".") for each in rules)


@settings(max_examples=40, deadline=None)
@given(found=st.lists(FOUND, max_size=3))
def test_the_schema_takes_any_finding(found: list[Diagnostic]) -> None:
    assert len(run_of(*found, deploy=DEPLOY)["results"]) == len(found)
