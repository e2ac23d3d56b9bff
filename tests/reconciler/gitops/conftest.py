"""A repository somewhere else, and a clone of it."""

from pathlib import Path

import pytest

from tests.support.repository import commit, git, start


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone of a bare repository of two commits, the first of which is tagged."""
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", "there.git")
    folder = tmp_path / "clone"
    folder.mkdir()
    start(folder, remote=f"file://{tmp_path}/there.git")
    (folder / "a.txt").write_text("first\n")
    commit(folder, "first")
    git(folder, "tag", "--annotate", "--message=one", "v1.0.0")
    (folder / "a.txt").write_text("second\n")
    commit(folder, "second")
    git(folder, "push", "--quiet", "--tags", "origin", "HEAD:main")
    return folder


@pytest.fixture
def url(clone: Path) -> str:
    """Its address."""
    return git(clone, "remote", "get-url", "origin")
