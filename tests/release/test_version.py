"""The version is what Git's tags say, wherever a tree came from."""

import re
import shutil
import sys
import tarfile
from pathlib import Path

import pytest

from tests.support.distributions import ROOT, done
from tests.support.repository import commit, git, start

FILES = ("pyproject.toml", "README.md", "LICENSE", ".gitattributes", ".git_archival.txt")
UNKNOWN = "0.0.0"


def version(folder: Path, **environment: str) -> str:
    """What a distribution that is built there calls itself."""
    words = (sys.executable, "-m", "hatchling", "version")
    ended = done(*words, folder=folder, environment=environment)
    return ended.stdout.splitlines()[-1]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what tells the version, without Git."""
    folder = tmp_path / "tree"
    folder.mkdir()
    for name in FILES:
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture
def repository(tree: Path) -> Path:
    """The same with a commit, and a tag that is none of a version."""
    start(tree)
    commit(tree, "first")
    git(tree, "tag", "demo-7")
    return tree


def archive(repository: Path, target: Path) -> Path:
    """What `git archive`, and the download of a site, is."""
    git(repository, "archive", "--output", str(target / "tree.tar"), "HEAD")
    with tarfile.open(target / "tree.tar") as packed:
        packed.extractall(target / "archive", filter="data")
    return target / "archive"


def test_a_tree_without_git_has_none(tree: Path) -> None:
    assert version(tree) == UNKNOWN


def test_an_image_is_told_its_own(tree: Path) -> None:
    dockerfile = (ROOT / "containers" / "Dockerfile").read_text("utf-8")
    (name,) = re.findall(r'(\w+)="\$VERSION"', dockerfile)

    assert version(tree, **{name: "1.4.0"}) == "1.4.0"


def test_before_the_first_tag_it_is_below_every_release(repository: Path) -> None:
    commit(repository, "second")

    assert version(repository).startswith("0.0.1.dev2+g")


def test_it_is_that_of_the_tag(repository: Path) -> None:
    git(repository, "tag", "v1.4.0")

    assert version(repository) == "1.4.0"


def test_behind_a_tag_it_is_between_two_releases(repository: Path) -> None:
    git(repository, "tag", "v1.4.0")
    commit(repository, "second")

    assert version(repository).startswith("1.4.1.dev1+g")


def test_a_clone_without_tags_has_one(repository: Path, tmp_path: Path) -> None:
    git(repository, "tag", "v1.4.0")
    commit(repository, "second")
    git(tmp_path, "clone", "--quiet", "--depth", "1", "--no-tags", f"file://{repository}", "clone")

    assert version(tmp_path / "clone").startswith("0.0.1.dev1+g")


def test_an_archive_of_a_tag_knows_it(repository: Path, tmp_path: Path) -> None:
    git(repository, "tag", "v1.4.0")

    assert version(archive(repository, tmp_path)) == "1.4.0"


def test_an_archive_of_no_tag_is_below_every_release(repository: Path, tmp_path: Path) -> None:
    assert version(archive(repository, tmp_path)) == "0.0"
