"""Workers clone the remote: what it does not have yet is said before it is deployed."""

import subprocess
from pathlib import Path

import pytest

from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow]


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.com")
    subprocess.run(["git", "-C", folder, *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def cloned(stage: Stage, tmp_path: Path) -> Stage:
    """A stage in a clone whose remote has its commit, with deployments that clone it."""
    remote = tmp_path / "remote.git"
    subprocess.run(["git", "init", "--quiet", "--bare", remote], check=True)
    stage.write(f"""
        stack: shop
        pull: [{{prefect.deployments.steps.git_clone: {{repository: "{remote}"}}}}]
        deployments: [{{name: nightly, entrypoint: "flows.py:load"}}]
    """)
    git(stage.folder, "init", "--quiet")
    git(stage.folder, "remote", "add", "origin", str(remote))
    git(stage.folder, "add", "--all")
    git(stage.folder, "commit", "--quiet", "--message", "one")
    git(stage.folder, "push", "--quiet", "origin", "HEAD:main")
    return stage


def test_what_the_remote_has_is_nothing_to_say(cloned: Stage) -> None:
    ended = cloned.apply("--strict-git")

    assert "DEP614" not in ended.text


def test_changes_that_are_not_committed(cloned: Stage) -> None:
    (cloned.folder / "flows.py").write_text((cloned.folder / "flows.py").read_text() + "\n")

    refused = cloned.deploy("--strict-git")
    warned = cloned.apply()

    assert refused.code == 1
    assert "DEP614 error: workers clone this repository, and it has changes" in refused.stderr
    assert "DEP614 warning" in warned.stderr


def test_a_commit_that_was_not_pushed(cloned: Stage) -> None:
    git(cloned.folder, "commit", "--quiet", "--allow-empty", "--message", "two")

    refused = cloned.deploy("plan", "--strict-git")

    assert refused.code == 1
    assert "its commit is on no branch of the remote" in refused.stderr
    assert cloned.writes == []


def test_another_repository_is_not_looked_at(cloned: Stage) -> None:
    git(cloned.folder, "remote", "set-url", "origin", "https://git.example.com/shop/flows.git")
    git(cloned.folder, "commit", "--quiet", "--allow-empty", "--message", "two")

    assert "DEP614" not in cloned.apply("--strict-git").text


def test_a_branch_that_lacks_what_its_base_has(cloned: Stage) -> None:
    git(cloned.folder, "commit", "--quiet", "--allow-empty", "--message", "merged meanwhile")
    git(cloned.folder, "push", "--quiet", "origin", "HEAD:main")
    git(cloned.folder, "reset", "--quiet", "--hard", "HEAD~1")
    pull_request = {"GITHUB_BASE_REF": "main"}

    warned = cloned.deploy("plan", environment=pull_request)
    refused = cloned.deploy("plan", "--strict-git", environment=pull_request)

    assert (warned.code, refused.code) == (0, 1)
    assert "DEP445 warning: these files lack 1 commit of origin/main" in warned.stderr
    assert "git fetch && git rebase origin/main" in warned.stderr
    assert "DEP445 error" in refused.stderr
    assert cloned.writes == []


def test_without_git_nothing_is_known_of_it(cloned: Stage) -> None:
    ended = cloned.deploy("plan", "--strict-git", environment={"PATH": "/nowhere"})

    assert ended.code == 0, ended.text
    assert "DEP614" not in ended.text
