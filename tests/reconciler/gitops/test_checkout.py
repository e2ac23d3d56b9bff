"""What Git says of a folder."""

from pathlib import Path

import git
import pytest

from reconciler.gitops.checkout import Behind, normalised, read_behind, read_checkout
from tests.support.repository import commit
from tests.support.repository import git as run


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/shop/flows.git",
        "https://example.com/shop/flows",
        "https://example.com/shop/flows/",
        "https://user:secret@Example.com/shop/flows.git",
        "ssh://git@example.com:2222/shop/flows.git",
        "git@example.com:shop/flows.git",
        "HTTPS://example.com:443/shop/flows",
    ],
)
def test_one_repository_has_one_spelling(url: str) -> None:
    assert normalised(url) == "example.com/shop/flows"


def test_a_folder_outside_of_git_has_no_checkout(tmp_path: Path) -> None:
    assert read_checkout(tmp_path) is None


def test_a_repository_without_commits_has_none(tmp_path: Path) -> None:
    git.Repo.init(tmp_path).close()

    checkout = read_checkout(tmp_path)

    assert checkout is not None
    assert (checkout.commit, checkout.remote) == (None, None)


def test_a_folder_deep_inside_belongs_to_its_repository(tmp_path: Path) -> None:
    with git.Repo.init(tmp_path) as repository:
        repository.create_remote("upstream", "git@example.com:a/b.git")
        repository.index.commit("first")
        commit = repository.head.commit.hexsha
    (tmp_path / "deep" / "er").mkdir(parents=True)

    checkout = read_checkout(tmp_path / "deep" / "er")

    assert checkout is not None
    assert checkout.root == tmp_path
    assert (checkout.remote, checkout.commit) == ("example.com/a/b", commit)


@pytest.fixture
def behind(clone: Path) -> Path:
    """A clone on a branch that lacks a commit of `main`, the remote's default branch."""
    commit(clone, "merged meanwhile")
    run(clone, "push", "--quiet", "origin", "HEAD:main", "HEAD:other")
    run(clone, "fetch", "--quiet", "origin")
    run(clone, "remote", "set-head", "origin", "main")
    run(clone, "switch", "--quiet", "--create", "feature", "HEAD~1")
    commit(clone, "mine")
    return clone


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        (None, Behind(base="origin/main", commits=1)),
        ("other", Behind(base="origin/other", commits=1)),
        ("nowhere", None),
    ],
)
def test_what_the_base_has_and_a_branch_lacks(
    base: str | None, expected: Behind | None, behind: Path
) -> None:
    assert read_behind(behind, base) == expected


def test_a_branch_that_has_all_of_its_base_lacks_nothing(behind: Path) -> None:
    run(behind, "rebase", "--quiet", "origin/main")

    assert read_behind(behind, None) is None


def test_a_commit_that_was_checked_out_is_meant(behind: Path) -> None:
    run(behind, "switch", "--quiet", "--detach", "v1.0.0")

    assert read_behind(behind, None) is None
    assert read_behind(behind, "main") == Behind(base="origin/main", commits=2)


def test_a_clone_without_its_history_knows_nothing(behind: Path, tmp_path: Path) -> None:
    there = run(behind, "remote", "get-url", "origin")
    run(tmp_path, "clone", "--quiet", "--depth=1", "--no-single-branch", there, "shallow")

    assert read_behind(tmp_path / "shallow", "other") is None


@pytest.mark.parametrize("step", ["without a remote", "without the remote's word"])
def test_what_was_never_fetched_is_not_known(step: str, behind: Path) -> None:
    words = (
        ("remove", "origin") if step == "without a remote" else ("set-head", "origin", "--delete")
    )
    run(behind, "remote", *words)

    assert read_behind(behind, None) is None
