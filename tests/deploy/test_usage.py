"""Slips on the command line are errors, never another run than the one that was meant."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from compiler.plan.mask import quoted
from deploy.complaint import Complaint
from deploy.main import deploy, ladder
from deploy.target import resolve


@pytest.mark.parametrize(
    "arguments",
    [
        ["-f", "nope.yaml", "validate"],
        ["--api-url", "http://example.com/api", "plan"],
        ["--stack", "x", "schema"],
    ],
    ids=["a file", "a server", "a stack"],
)
def test_an_option_before_the_verb_is_refused(arguments: list[str]) -> None:
    done = CliRunner().invoke(deploy, arguments)

    assert done.exit_code == 2  # click's own; `ladder` makes 1 of it
    assert "belongs behind the verb" in done.output


def test_wrong_usage_ends_in_one() -> None:
    assert ladder(lambda: deploy.main(["frob"], standalone_mode=False)) == 1


@pytest.mark.parametrize("given", [{"api_url": ""}, {"profile": ""}])
def test_an_empty_value_is_no_choice_of_a_server(given: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(Complaint, match="need a value"):
        resolve({"PREFECT_HOME": str(tmp_path)}, **given)


@pytest.mark.parametrize("url", ["http://127.0.0.1:99999999/api", "http://[::1/api"])
def test_an_address_that_is_none_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(Complaint):
        resolve({"PREFECT_HOME": str(tmp_path)}, api_url=url)


def test_an_empty_file_name_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(Complaint, match="-f needs a value"):
        deploy.main(["validate", "-f", ""], standalone_mode=False)


def test_every_verb_has_help() -> None:
    runner = CliRunner()
    names = deploy.list_commands(click.Context(deploy))

    assert all(runner.invoke(deploy, [name, "--help"]).exit_code == 0 for name in names)


def test_a_finding_is_explained() -> None:
    assert "DEP204 schedule-never-fires" in CliRunner().invoke(deploy, ["explain", "dep204"]).output


def test_the_schema_is_printed() -> None:
    assert '"$schema"' in CliRunner().invoke(deploy, ["schema"]).output


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("  password: hunter2", "  password: (secret)"),
        ('{n: 1, "api_key": "hunter2"}', '{n: 1, "api_key": "(secret)"}'),
        ('def f(token: str = "hunter2")', 'def f(token: str = "(secret)")'),
        ("{token: hunter2, name: bob}", "{token: (secret), name: bob}"),
        ("  token: '{{ $TOKEN }}'", "  token: '{{ $TOKEN }}'"),
        ("  rows: 5", "  rows: 5"),
    ],
)
def test_a_quoted_line_keeps_its_secret(line: str, shown: str) -> None:
    assert "hunter2" not in quoted(line)
    assert quoted(line) == shown
