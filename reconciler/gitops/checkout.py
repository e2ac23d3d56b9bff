"""What Git says of a folder.  The only importer of `git`."""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import git

from reconciler.gitops.refusal import GitRefused

# Otherwise Git starts programs of the user's, or writes beside the index that it is given.
_QUIETLY = (f"core.hooksPath={os.devnull}", "core.fsmonitor=false", "core.splitIndex=false")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Worktree:
    """How a checkout differs from its remote, as far as the last fetch knows."""

    is_dirty: bool
    is_pushed: bool


def read_worktree(root: Path) -> Worktree:
    """Whether tracked files have changes, and whether a branch of the remote has the commit.

    Raises:
        GitRefused: the repository cannot be read.
    """
    try:
        with git.Repo(root) as repository:
            changed = repository.git.status("--porcelain", "--untracked-files=no")
            there = repository.git.branch("--remotes", "--contains", "HEAD")
    except (git.GitError, ValueError) as error:
        raise GitRefused(str(error)) from error
    return Worktree(is_dirty=bool(changed.strip()), is_pushed=bool(there.strip()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """How many commits a branch of the remote has, and a checkout lacks."""

    base: str
    commits: int


def read_behind(root: Path, base: str | None) -> Behind | None:
    """What the checkout lacks of the remote's branch `base`, None for the remote's default one.

    None where it lacks nothing, is detached without a base, or nothing is known: the branch was
    not fetched, or the clone has not its whole history.  As far as the last fetch knows.
    """
    with git.Repo(root) as repository:
        remote = _chosen(repository)
        is_elsewhere = base is None and repository.head.is_detached
        if remote is None or is_elsewhere or Path(repository.common_dir, "shallow").exists():
            return None
        name = f"refs/remotes/{remote.name}/{base or 'HEAD'}"
        try:
            if base is None:
                name = git.SymbolicReference(repository, name).reference.path
            here, there = (_hash(repository, each) for each in ("HEAD", name))
            listed = (
                "0" if here == there else repository.git.rev_list("--count", f"{here}..{there}")
            )
        except (git.GitError, ValueError, TypeError):
            return None
    count = int(listed)
    return Behind(base=name.removeprefix("refs/remotes/"), commits=count) if count else None


def _hash(repository: git.Repo, name: str) -> str:
    """The commit of a name that is written out.  No process is started for it."""
    return git.SymbolicReference.dereference_recursive(repository, name)


class NoSuchCommit(Exception):
    """The repository has no commit of this name; with `is_shallow` it lacks older ones."""

    def __init__(self, *, is_shallow: bool) -> None:
        super().__init__("no such commit")
        self.is_shallow = is_shallow


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit by its full hash; `subject` is the first line of what its author wrote."""

    id: str
    at: datetime
    subject: str


def find_commit(root: Path, revision: str) -> Commit:
    """The commit that a revision names: a hash, a tag, a branch, HEAD~1.

    Source: https://git-scm.com/docs/gitrevisions

    Raises:
        NoSuchCommit: there is none of that name, or it is not in this clone.
        GitRefused: the repository cannot be read.
    """
    with git.Repo(root) as repository:
        if revision.startswith("-"):  # Git would take it for an option
            raise NoSuchCommit(is_shallow=False)
        try:
            id = repository.git.rev_parse("--verify", "--quiet", f"{revision}^{{commit}}")
            found = repository.commit(id)
            return Commit(id=id, at=found.committed_datetime, subject=_text(found.summary))
        except git.GitCommandError as error:
            if error.status != 1:
                raise GitRefused(_reason(error)) from error
            is_shallow = repository.git.rev_parse("--is-shallow-repository") == "true"
            raise NoSuchCommit(is_shallow=is_shallow) from error


@contextmanager
def files_of(root: Path, commit: str) -> Iterator[Path]:
    """The files of a commit, in a temporary folder that is gone when the context ends.

    They are written through an index of their own: the checkout, its index and its
    stashes are not touched, Git notes nothing of the folder that a killed run would
    leave behind, and no hook runs.

    Raises:
        GitRefused: they could not be written.
    """
    with tempfile.TemporaryDirectory(prefix="deploy-") as temporary:
        place = Path(temporary, "files")
        place.mkdir()
        with git.Repo(root) as repository:
            surroundings = {
                "GIT_DIR": str(repository.git_dir),
                "GIT_WORK_TREE": str(place),
                "GIT_INDEX_FILE": str(Path(temporary, "index")),
            }
        command = git.Git(place)
        try:
            with command.custom_environment(**surroundings):
                command(c=_QUIETLY).read_tree(commit)
                command(c=_QUIETLY).checkout_index("--all")
        except git.GitCommandError as error:
            raise GitRefused(_reason(error).replace(str(place), "…")) from error
        yield place


def submodules_of(files: Path) -> tuple[str, ...]:
    """The folders of other repositories that files of a commit name, and do not hold."""
    if not (files / ".gitmodules").is_file():
        return ()
    try:
        listed = git.Git(files).config("--file", ".gitmodules", "--get-regexp", r"\.path$")
    except git.GitCommandError:  # it is no such file, or names none
        return ()
    return tuple(line.partition(" ")[2] for line in listed.splitlines())


def _text(text: str | bytes) -> str:
    return text if isinstance(text, str) else text.decode(errors="replace")


def _reason(error: git.GitCommandError) -> str:
    """What Git says, in one line."""
    told = re.sub(r"^\s*stderr: '|'\s*$", "", error.stderr)
    return " ".join(told.split()) or f"git has ended with {error.status}"


def _remote(repository: git.Repo) -> str | None:
    remote = _chosen(repository)
    return normalised(remote.url) if remote is not None else None


def _chosen(repository: git.Repo) -> git.Remote | None:
    remotes = {remote.name: remote for remote in repository.remotes}
    return remotes.get("origin") or next(iter(remotes.values()), None)


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
