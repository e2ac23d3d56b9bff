"""`--quiet` leaves what is wrong and what was asked for."""

from pathlib import Path

import pytest

from tests.support.command import deploy

WRONG = "stack: shop\ndeploymnts: []\n"


@pytest.mark.parametrize("arguments", [["validate", "-q"], ["-q", "validate"]], ids=" ".join)
def test_of_right_files_nothing_is_said(arguments: list[str], folder: Path) -> None:
    told = deploy(folder, "validate")

    ended = deploy(folder, *arguments)

    assert told.stderr == "1 resources, no errors\n"
    assert (ended.code, ended.text) == (0, "")


def test_findings_are_said(folder: Path) -> None:
    (folder / "deploy.yaml").write_text(WRONG, encoding="utf-8")

    ended = deploy(folder, "validate", "--quiet")

    assert ended.code == 1
    assert ended.stdout.startswith("DEP101 error: 'deploymnts'")


def test_errors_are_said_with_what_to_do(folder: Path) -> None:
    ended = deploy(folder, "plan", "--quiet", "--profile", "nope")

    assert ended.code == 1
    assert ended.stderr.startswith("error: ")
    assert " = hint: " in ended.stderr


@pytest.mark.parametrize(
    "arguments",
    [["plan", "-q", "-v"], ["plan", "-vq"], ["-v", "plan", "-q"], ["-q", "plan", "-v"], ["-qv"]],
    ids=" ".join,
)
def test_much_and_little_exclude_each_other(arguments: list[str], folder: Path) -> None:
    ended = deploy(folder, *arguments)

    assert ended.code == 1
    assert "'--quiet' and '--verbose' exclude each other" in ended.stderr
