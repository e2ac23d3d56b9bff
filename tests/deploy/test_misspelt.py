"""A word that is none is answered with the one that was meant, and where the words stand."""

from pathlib import Path

import pytest

from deploy.main import COMMANDS
from deploy.usage import _OF_OTHERS
from tests.support.command import deploy

VALIDATE = "did you mean 'validate'?"


@pytest.mark.parametrize(
    ("words", "message", "hint", "page"),
    [
        ("validatee", "there is no command 'validatee'", VALIDATE, "deploy"),
        ("val", "there is no command 'val'", VALIDATE, "deploy"),
        ("diff", "there is no command 'diff'", "that is 'plan' here", "deploy"),
        (
            "deploy.yaml",
            "there is no command 'deploy.yaml'",
            "a file is named with -f: deploy -f deploy.yaml",
            "deploy",
        ),
        ("preview upp", "there is no command 'upp'", "did you mean 'up'?", "deploy preview"),
        (
            "plan --fromat",
            "there is no option '--fromat'",
            "did you mean '--format'?",
            "deploy plan",
        ),
        ("--frce", "there is no option '--frce'", "did you mean '--force'?", "deploy"),
        ("plan --zzz", "there is no option '--zzz'", None, "deploy plan"),
        ("plan --format", "option '--format' requires an argument", None, "deploy plan"),
        ("apply", "missing argument 'PLAN'", None, "deploy apply"),
    ],
)
def test_a_slip_is_answered(
    words: str, message: str, hint: str | None, page: str, folder: Path
) -> None:
    ended = deploy(folder, *words.split())

    lines = [f"error: {message}", *([f" = hint: {hint}"] if hint else [])]
    assert (ended.code, ended.stdout) == (1, "")
    assert ended.stderr.splitlines() == [*lines, f" = help: {page} --help"]


def test_of_what_is_like_nothing_all_verbs_are_told(folder: Path) -> None:
    ended = deploy(folder, "xyzzy")

    assert f" = hint: there are: {', '.join(sorted(COMMANDS))}\n" in ended.stderr


def test_a_group_without_a_verb_shows_its_help(folder: Path) -> None:
    ended = deploy(folder, "preview")

    assert ended.text.startswith("Usage: deploy preview [OPTIONS] COMMAND [ARGS]...\n")


def test_words_of_other_tools_name_verbs_that_are_here() -> None:
    assert set(_OF_OTHERS.values()) <= set(COMMANDS)
    assert set(_OF_OTHERS).isdisjoint(COMMANDS)
