"""The files of an earlier commit, beside a checkout that is not touched."""

from pathlib import Path

import pytest

from reconciler.gitops.checkout import (
    NoSuchCommit,
    files_of,
    find_commit,
    submodules_of,
)
from reconciler.gitops.refusal import GitRefused
from tests.support.repository import commit, git, start


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository of two commits; what lies there is neither."""
    folder = tmp_path / "repository"
    folder.mkdir()
    start(folder)
    (folder / "a.txt").write_text("first\n")
    (folder / "old.txt").write_text("")
    commit(folder, "first")
    git(folder, "rm", "--quiet", "old.txt")
    (folder / "a.txt").write_text("second\n")
    commit(folder, "second")
    (folder / "a.txt").write_text("of now\n")
    return folder


@pytest.mark.parametrize("revision", ["HEAD~1", "first", "master~1", "hash", "short", "@{1}"])
def test_a_commit_is_found_by_every_name(revision: str, repository: Path) -> None:
    git(repository, "tag", "--annotate", "-m", "a tag", "first", "HEAD~1")
    id = git(repository, "rev-parse", "HEAD~1")

    found = find_commit(repository, {"hash": id, "short": id[:7]}.get(revision, revision))

    assert (found.id, found.subject) == (id, "first")


@pytest.mark.parametrize(
    "revision", ["nope", "", "-h", "--all", "a b", "HEAD~9", "HEAD:a.txt", "A..B", "0" * 40]
)
def test_what_is_no_commit_is_not_found(revision: str, repository: Path) -> None:
    with pytest.raises(NoSuchCommit) as raised:
        find_commit(repository, revision)

    assert not raised.value.is_shallow


def test_a_clone_that_lacks_a_commit_is_shallow(repository: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{repository}", "clone")

    with pytest.raises(NoSuchCommit) as raised:
        find_commit(tmp_path / "clone", "HEAD~1")

    assert raised.value.is_shallow


def test_the_files_of_a_commit_are_there_for_a_while(repository: Path) -> None:
    status = git(repository, "status", "--porcelain=v2")

    with files_of(repository, find_commit(repository, "HEAD~1").id) as files:
        found = {path.name: path.read_text() for path in files.iterdir()}

    assert found == {"a.txt": "first\n", "old.txt": ""}
    assert not files.parent.exists()
    assert git(repository, "status", "--porcelain=v2") == status
    assert git(repository, "worktree", "list").count("\n") == 0


def test_the_files_are_gone_after_an_interruption(repository: Path) -> None:
    context = files_of(repository, find_commit(repository, "HEAD").id)
    files = context.__enter__()

    is_swallowed = context.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)

    assert not is_swallowed
    assert not files.parent.exists()


def test_no_program_of_the_repository_runs(repository: Path, tmp_path: Path) -> None:
    for name in ("post-checkout", "post-index-change", "watch"):
        hook = repository / ".git" / "hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch '{tmp_path / 'canary'}'\n")
        hook.chmod(0o755)
    git(repository, "config", "core.fsmonitor", ".git/hooks/watch")
    git(repository, "config", "core.splitIndex", "true")
    before = set((repository / ".git").iterdir())

    with files_of(repository, find_commit(repository, "HEAD").id):
        pass

    assert not (tmp_path / "canary").exists()
    assert set((repository / ".git").iterdir()) == before


def test_attributes_are_those_of_the_commit(repository: Path) -> None:
    (repository / ".gitattributes").write_text("*.txt text eol=crlf\n")
    id = commit(repository, "with attributes")
    (repository / ".gitattributes").unlink()

    with files_of(repository, id) as files:
        assert (files / "a.txt").read_bytes() == b"of now\r\n"


def test_what_git_refuses_names_no_temporary_folder(repository: Path) -> None:
    (repository / ".gitattributes").write_text("a.txt filter=none\n")
    id = commit(repository, "with a filter")
    git(repository, "config", "filter.none.smudge", "false")
    git(repository, "config", "filter.none.required", "true")

    with pytest.raises(GitRefused) as raised, files_of(repository, id):
        pass

    assert "a.txt: smudge filter none failed" in str(raised.value)
    assert "deploy-" not in str(raised.value)


def test_submodules_are_named(repository: Path) -> None:
    (repository / ".gitmodules").write_text(
        '[submodule "x"]\n  path = libs/x y\n  url = ./x\n[submodule "z"]\n  path = z\n  url = z\n'
    )

    assert submodules_of(repository) == ("libs/x y", "z")
    (repository / ".gitmodules").write_text("[")
    assert submodules_of(repository) == ()
    (repository / ".gitmodules").unlink()
    assert submodules_of(repository) == ()
