"""Repositories that are somewhere else, over file://."""

import shutil
from pathlib import Path

import pytest

from reconciler.gitops.repositories import (
    NotFetched,
    Why,
    committed,
    fetch,
    files_at,
    files_from,
    lfs_patterns,
    look_up,
    mirror_of,
    parse_ref,
    resolve,
)
from tests.support.repository import commit, git


@pytest.fixture
def mirror(url: str, tmp_path: Path) -> Path:
    return mirror_of(url, tmp_path / "cache")


def test_a_ref_is_the_commit_that_it_leads_to(url: str, clone: Path) -> None:
    first, second = git(clone, "rev-parse", "HEAD~1"), git(clone, "rev-parse", "HEAD")

    found = {ref: resolve(url, parse_ref(ref)) for ref in ("HEAD", "main", "v1.0.0", "~1.0", first)}

    assert found == {
        "HEAD": second,
        "main": second,
        "v1.0.0": first,
        "~1.0": first,
        first: first,
    }
    assert look_up(url, parse_ref("HEAD")).name == "refs/heads/main"


def test_files_of_a_fetched_commit_are_there(url: str, mirror: Path) -> None:
    id = resolve(url, parse_ref("v1.0.0"))

    fetch(url, id, mirror)
    with files_at(mirror, id) as files:
        found = {path.name: path.read_text() for path in files.glob("[!.]*")}

    assert found == {"a.txt": "first\n"}
    assert not files.exists()
    told = committed(mirror, id)
    assert (told.id, told.author, told.subject) == (id, "Ada", "first")


def test_what_is_there_is_not_fetched_again(url: str, mirror: Path, tmp_path: Path) -> None:
    id = resolve(url, parse_ref("main"))
    fetch(url, id, mirror)
    shutil.rmtree(tmp_path / "there.git")

    with files_from(url, id, mirror) as files:
        assert (files / "a.txt").read_text() == "second\n"


def test_only_the_commit_itself_is_fetched(url: str, mirror: Path, clone: Path) -> None:
    id = resolve(url, parse_ref("main"))

    fetch(url, id, mirror)

    listed = git(mirror, "rev-list", "--all")
    assert listed == id
    assert git(clone, "rev-list", "--count", "HEAD") == "2"


def test_a_commit_that_is_on_no_branch_is_fetched(url: str, mirror: Path, clone: Path) -> None:
    id = git(clone, "rev-parse", "HEAD~1")

    with files_from(url, id, mirror) as files:
        assert (files / "a.txt").read_text() == "first\n"


@pytest.mark.parametrize("harm", ["all", "objects", "HEAD", "config", "blob", "lock"])
def test_a_broken_mirror_is_made_anew(harm: str, url: str, mirror: Path) -> None:
    first, second = resolve(url, parse_ref("v1.0.0")), resolve(url, parse_ref("main"))
    fetch(url, first, mirror)
    _break(mirror, harm, first)

    for id, text in ((first, "first\n"), (second, "second\n")):
        with files_from(url, id, mirror) as files:
            assert (files / "a.txt").read_text() == text


def _break(mirror: Path, harm: str, commit: str) -> None:
    if harm == "all":
        shutil.rmtree(mirror)
    elif harm == "objects":
        shutil.rmtree(mirror / "objects")
    elif harm == "blob":
        blob = git(mirror, "rev-parse", f"{commit}:a.txt")
        (mirror / "objects" / blob[:2] / blob[2:]).unlink()
    elif harm == "lock":  # of a git that was killed
        (mirror / "shallow.lock").touch()
    else:
        (mirror / harm).write_text("no longer that\n")


def test_a_commit_that_is_nowhere_is_told(url: str, mirror: Path) -> None:
    with pytest.raises(NotFetched, match="it has no commit 0000") as raised:
        fetch(url, "0" * 40, mirror)

    assert raised.value.why is Why.NO_SUCH_REF


@pytest.mark.parametrize("path", ["nowhere.git", ""])
def test_no_repository_is_told(path: str, tmp_path: Path) -> None:
    url = f"file://{tmp_path}/{path}"

    with pytest.raises(NotFetched) as raised:
        resolve(url, parse_ref("main"))

    assert raised.value.why is Why.NO_SUCH_REPOSITORY
    assert str(raised.value).startswith(f"{url}: ")


def test_files_that_lfs_keeps_are_named(tmp_path: Path) -> None:
    (tmp_path / "big").mkdir()
    (tmp_path / "big" / ".gitattributes").write_text("# x filter=lfs\n*.bin filter=lfs -text\n")
    (tmp_path / ".gitattributes").write_text("*.py text\n\n/models/** diff=lfs filter=lfs\n")

    assert lfs_patterns(tmp_path) == ("/models/**", "big/*.bin")


def test_no_program_runs_for_a_file(
    url: str, clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (clone / ".gitattributes").write_text("*.txt filter=lfs text eol=lf\n")
    commit(clone, "filtered")
    git(clone, "push", "--quiet", "origin", "HEAD:main")
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(f'[filter "lfs"]\n\tsmudge = touch {home}/canary\n')
    monkeypatch.setenv("HOME", str(home))
    id = resolve(url, parse_ref("main"))

    with files_from(url, id, mirror_of(url, tmp_path / "cache")) as files:
        assert (files / "a.txt").read_text() == "second\n"
        assert lfs_patterns(files) == ("*.txt",)

    assert not (home / "canary").exists()


def test_files_lie_in_a_clone_of_their_own(url: str, clone: Path, mirror: Path) -> None:
    id = git(clone, "rev-parse", "HEAD")

    with files_from(url, id, mirror) as files:
        assert git(files, "rev-parse", "HEAD") == id
        assert git(files, "status", "--porcelain") == ""
        assert git(files, "remote", "get-url", "origin") == url
        assert git(files, "log", "--format=%s") == "second"
