"""What Git says of a folder."""

from pathlib import Path

import git
import pytest

from reconciler.gitops.checkout import normalised, read_checkout


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
