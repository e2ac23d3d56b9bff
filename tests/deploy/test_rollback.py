"""What `deploy rollback` says no to before it has asked any server."""

from pathlib import Path

import pytest

from tests.support.command import Ended, deploy
from tests.support.repository import commit, git, start

NOWHERE = "http://127.0.0.1:9/api"
FILE = "stack: shop\ndeployments: [{name: nightly, entrypoint: 'flows.py:load'}]\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository with two commits."""
    made = tmp_path / "project"
    made.mkdir()
    start(made)
    (made / "deploy.yaml").write_text(FILE)
    commit(made, "first")
    commit(made, "second \x1b[31m\u202e")
    return made


def rollback(folder: Path, *arguments: str) -> Ended:
    return deploy(folder, "rollback", *arguments, url=NOWHERE)


@pytest.mark.parametrize(
    ("arguments", "said", "hint"),
    [
        (["nope"], "this clone has no commit 'nope'", "fetch it: git fetch origin"),
        (["0" * 40], f"this clone has no commit '{'0' * 40}'", "fetch it: git fetch origin"),
        (["--", "--all"], "this clone has no commit '--all'", "fetch it: git fetch origin"),
        (["HEAD", "-f", "absent.yaml"], "there is no 'absent.yaml' in ", "of then with -f"),
        (["HEAD", "-f", "-"], "'-' has no earlier version", "a file of a repository"),
        (
            ["HEAD", "-f", ".", "-f", "/"],
            "/ lies outside of the repository ",
            "within one repository",
        ),
        ([""], "TO needs a value", "is the variable set?"),
    ],
    ids=["a word", "a hash", "an option", "no file", "a stream", "outside", "empty"],
)
def test_what_cannot_be_is_said(folder: Path, arguments: list[str], said: str, hint: str) -> None:
    ended = rollback(folder, *arguments)

    assert ended.code == 1
    assert f"error: {said}" in ended.stderr
    assert hint in ended.stderr.partition("hint: ")[2]


def test_what_git_says_is_passed_on(folder: Path) -> None:
    ended = rollback(folder, "@{u}")

    assert ended.code == 1
    assert "error: '@{u}': fatal: no upstream configured for branch 'master'" in ended.stderr


def test_without_git_there_is_nothing_to_go_back_to(tmp_path: Path) -> None:
    (tmp_path / "deploy.yaml").write_text(FILE)

    ended = rollback(tmp_path)

    assert ended.code == 1
    assert "error: the files are not in a Git repository" in ended.stderr


def test_a_shallow_clone_says_that_it_is_one(folder: Path) -> None:
    clone = folder.parent / "shallow"
    git(folder.parent, "clone", "--quiet", "--depth=1", f"file://{folder}", str(clone))

    ended = rollback(clone, "HEAD~1")

    assert ended.code == 1
    assert "this clone has no commit 'HEAD~1': it is a shallow one" in ended.stderr
    assert "hint: git fetch --unshallow" in ended.stderr


def test_a_commit_is_named_in_one_harmless_line(folder: Path) -> None:
    ended = rollback(folder, "HEAD")

    id = git(folder, "rev-parse", "HEAD")
    line = next(each for each in ended.stderr.splitlines() if each.startswith("commit: "))
    assert line.startswith(f"commit: {id[:8]}, 20")
    assert line.endswith(" UTC, second \u241b[31m\ufffd")
    assert "DEP401" in ended.stderr  # the flow's file was never written
    assert ended.code == 1


def test_findings_of_then_are_quoted_under_the_names_of_now(folder: Path) -> None:
    (folder / "teams").mkdir()
    (folder / "deploy.yaml").write_text("stack: shop\ninclude: [teams/*.yaml]\n")
    (folder / "teams" / "x.yaml").write_text("deployments: [{name: x, entrypoin: 'y'}]\n")
    commit(folder, "broken")
    (folder / "deploy.yaml").write_text(FILE)
    git(folder, "rm", "--quiet", "-r", "teams")
    commit(folder, "mended")
    (folder / "sub").mkdir()

    from_root = rollback(folder, "HEAD~1")
    from_below = deploy(folder / "sub", "rollback", "HEAD~1", "-f", "..", url=NOWHERE)

    assert from_root.code == from_below.code == 1
    assert "--> teams/x.yaml:1:" in from_root.stderr
    assert "deployments: [{name: x, entrypoin" in from_root.stderr
    assert f"--> {folder}/teams/x.yaml:1:" in from_below.stderr
    assert "/deploy-" not in from_root.text + from_below.text


def test_the_bare_number_needs_the_stack(folder: Path) -> None:
    (folder / "deploy.yaml").write_text("deployments: [")

    ended = rollback(folder, "1")

    assert ended.code == 1
    assert "error: it is not known which stack this is" in ended.stderr
    assert "hint: say --stack NAME" in ended.stderr


def test_history_of_broken_files_needs_the_stack(folder: Path) -> None:
    (folder / "deploy.yaml").write_text("deployments: [")

    unnamed = deploy(folder, "history", url=NOWHERE)
    named = deploy(folder, "history", "--stack", "shop", url=NOWHERE)
    misnamed = deploy(folder, "history", "--stack", "../shop", url=NOWHERE)

    assert "hint: say --stack NAME" in unnamed.stderr
    assert "error: GET /block_types/slug/deploy-ledger/block_documents/name/shop: " in named.stderr
    assert "'../shop' is no name for a stack" in misnamed.stderr
    assert {unnamed.code, named.code, misnamed.code} == {1}


def test_a_link_from_outside_names_the_file_of_then(folder: Path) -> None:
    (folder / "deploy.yaml").write_text(FILE.replace("nightly", "weekly"))
    (folder.parent / "link.yaml").symlink_to(folder / "deploy.yaml")

    ended = rollback(folder, "HEAD", "-f", ".", "-f", "../link.yaml")

    assert "DEP401" in ended.stderr
    assert "nightly" in ended.stderr
    assert "weekly" not in ended.stderr


def test_files_that_git_cannot_write_are_an_error(folder: Path) -> None:
    (folder / ".gitattributes").write_text("deploy.yaml filter=broken\n")
    id = commit(folder, "with a filter")
    git(folder, "config", "filter.broken.smudge", "false")
    git(folder, "config", "filter.broken.required", "true")

    ended = rollback(folder, "HEAD")

    assert ended.code == 1
    assert f"error: the files of {id[:8]} cannot be had: " in ended.stderr
    assert "deploy-" not in ended.stderr
