"""What Git says of a folder.  The only importer of `git`."""

import re
from dataclasses import dataclass
from pathlib import Path

import git


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A folder under version control.

    `remote` is the normalised address of `origin`, or of the only remote; None
    where there is none.  `commit` is the full hash of HEAD, None before the first.
    """

    root: Path
    remote: str | None
    commit: str | None


def read_checkout(folder: Path) -> Checkout | None:
    """The checkout that `folder` lies in; None outside of Git."""
    try:
        with git.Repo(folder, search_parent_directories=True) as repository:
            if repository.working_tree_dir is None:
                return None
            return Checkout(
                root=Path(repository.working_tree_dir),
                remote=_remote(repository),
                commit=repository.head.commit.hexsha if repository.head.is_valid() else None,
            )
    except (git.InvalidGitRepositoryError, git.NoSuchPathError, git.GitCommandError, ValueError):
        return None


def _remote(repository: git.Repo) -> str | None:
    remotes = {remote.name: remote for remote in repository.remotes}
    chosen = remotes.get("origin") or next(iter(remotes.values()), None)
    return normalised(chosen.url) if chosen is not None else None


def normalised(url: str) -> str:
    """One spelling for one repository: host and path, with no scheme, user, port or `.git`."""
    bare = re.sub(r"^[a-z][a-z0-9+.-]*://", "", url.strip(), flags=re.IGNORECASE)
    has_scheme = bare != url.strip()
    bare = bare.rpartition("@")[2] if "@" in bare.split("/", 1)[0] else bare
    host, slash, path = bare.partition("/")
    if not has_scheme and ":" in host:
        host, _, first = host.partition(":")
        path, slash = f"{first}{slash}{path}", "/"
    host = re.sub(r":\d+$", "", host).lower()
    return f"{host}{slash}{path}".removesuffix("/").removesuffix(".git")
