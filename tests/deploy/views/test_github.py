"""Workflow commands, read back as the runner reads them."""

from pathlib import Path

import pytest
from inline_snapshot import snapshot

from compiler.diagnostics import Label, Severity
from deploy.views.github import render
from tests.support.findings import finding, findings, place, rule


def read(command: str) -> tuple[str, dict[str, str], str]:
    """The name, the properties and the text of a command."""
    _, head, text = command.split("::", 2)
    name, _, properties = head.partition(" ")
    pairs = (each.partition("=") for each in properties.split(","))
    return name, {key: _plain(value) for key, _, value in pairs}, _plain(text)


def _plain(text: str) -> str:
    for escaped, letter in {"%0A": "\n", "%0D": "\r", "%3A": ":", "%2C": ",", "%25": "%"}.items():
        text = text.replace(escaped, letter)
    return text


def test_a_finding_is_one_command() -> None:
    label = Label(place(4, 17, 29), "of this flow")

    text = render(findings(finding(place(6, 7, 14), hint="one\ntwo", related=[label])))

    assert text == snapshot(
        "::error file=deploy.yaml,line=6,endLine=6,col=7,endColumn=14,title=DEP999 wrong-thing"
        "::a thing is wrong%0Ahint: one%0Atwo%0Adeploy.yaml:4:17: of this flow"
    )


@pytest.mark.parametrize(
    ("severity", "command"),
    [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "notice")],
)
def test_a_severity_has_its_command(severity: Severity, command: str) -> None:
    text = render(findings(finding(None, of=rule(severity=severity))))

    assert text == f"::{command} title=DEP999 wrong-thing::a thing is wrong"


def test_what_has_a_meaning_to_the_runner_is_escaped() -> None:
    found = finding(place(1, 1, 2, file="a,b:c%/d.yaml"), "100%, a::b,c=d\nand more")

    name, properties, text = read(render(findings(found)))

    assert (name, properties["file"]) == ("error", "a,b:c%/d.yaml")
    assert text == "100%, a::b,c=d\nand more"


def test_a_place_of_several_lines_has_no_columns() -> None:
    _, properties, _ = read(render(findings(finding(place(3, 5, 19, last=6)))))

    assert properties == {
        "file": "deploy.yaml",
        "line": "3",
        "endLine": "6",
        "title": "DEP999 wrong-thing",
    }


def test_a_file_is_named_from_the_repositorys_root() -> None:
    found = finding(place(1, 1, 2))

    shown = findings(found, base=Path("/repository/etl"), root=Path("/repository"))

    assert read(render(shown))[1]["file"] == "etl/deploy.yaml"


def test_no_findings_are_no_commands() -> None:
    assert render(findings()) == ""
