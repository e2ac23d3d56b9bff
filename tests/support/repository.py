"""Real Git repositories, made as people make them."""

import subprocess
from pathlib import Path

from tests.support.environment import without_prefect


def git(folder: Path, *words: str) -> str:
    """Run Git in a folder; return what it prints."""
    surroundings = {
        **without_prefect(),
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    done = subprocess.run(
        ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.com", *words],
        cwd=folder,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def start(folder: Path, *, remote: str | None = None) -> None:
    """Make a folder a repository, whose first branch is `master`."""
    git(folder, "init", "--quiet", "--initial-branch=master")
    if remote is not None:
        git(folder, "remote", "add", "origin", remote)


def commit(folder: Path, message: str) -> str:
    """Commit all that lies there; return the hash."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", message)
    return git(folder, "rev-parse", "HEAD")
