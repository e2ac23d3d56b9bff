"""Repositories that are somewhere else: what a ref is there now, and the files of a commit.

What is fetched is kept in mirrors, bare repositories in a cache folder, which may be deleted
at any time, used by several processes at once, and are made anew where they are broken.
Nothing that a repository holds is run: no hook, no filter, no program of its settings.
Other repositories (submodules) and what Git LFS keeps elsewhere are named, and not fetched.
"""

import contextlib
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from compiler.desired.clone import Clone
from reconciler.gitops.git_process import Surroundings, ask_git, checked_url
from reconciler.gitops.inputs import GitInput, is_git_input, parse_input
from reconciler.gitops.refs import (
    BRANCHES,
    HEAD,
    TAGS,
    Advertised,
    Branch,
    Commit,
    Head,
    Named,
    Range,
    Ref,
    Resolved,
    Tag,
    chosen,
    parse_ref,
    patterns,
)
from reconciler.gitops.refusal import GitRefused, NotFetched, Why, without_credentials

__all__ = [
    "Branch",
    "Commit",
    "Committed",
    "GitInput",
    "GitRefused",
    "Head",
    "Named",
    "NotFetched",
    "Range",
    "Ref",
    "Resolved",
    "Surroundings",
    "Tag",
    "Why",
    "checked_url",
    "clone_of",
    "committed",
    "fetch",
    "files_at",
    "files_from",
    "is_git_input",
    "lfs_patterns",
    "look_up",
    "look_up_all",
    "mirror_of",
    "parse_input",
    "parse_ref",
    "resolve",
]

_KEPT = "refs/deploy/"  # what was fetched: the next fetch says that it is there
_BOTH = ("heads", "tags")
_ALL_OR_NOTHING = re.compile(r"unadvertised object|shallow capabilities|not support shallow")


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """A commit by its full hash: whose it is, since when, and the first line of its message."""

    id: str
    author: str
    at: datetime
    subject: str


def resolve(url: str, ref: Ref, within: Surroundings | None = None) -> str:
    """The full hash of the commit that the ref is now.  Nothing is fetched.

    Raises:
        NotFetched: the repository cannot be asked, or has no such ref.
    """
    return look_up(url, ref, within).commit


def look_up(url: str, ref: Ref, within: Surroundings | None = None) -> Resolved:
    """What the ref is now, and the branch or tag that it has led to.  A hash is believed.

    Raises:
        NotFetched: as `resolve`.
    """
    found = look_up_all(url, [ref], within)[ref]
    if isinstance(found, NotFetched):
        raise found
    return found


def look_up_all(
    url: str, refs: Collection[Ref], within: Surroundings | None = None
) -> dict[Ref, Resolved | NotFetched]:
    """What several refs of a repository are now, asked for together; of each, why it is nothing."""
    checked_url(url)
    names = tuple(dict.fromkeys(name for each in refs for name in patterns(each)))
    try:
        there = _asked(url, names, within or Surroundings()) if names else Advertised()
    except NotFetched as refused:
        fixed = [each for each in refs if isinstance(each, Commit)]
        found: dict[Ref, Resolved | NotFetched] = dict.fromkeys(refs, refused)
        found.update((each, chosen(each, Advertised())) for each in fixed)
        return found
    return {each: _chosen(url, each, there) for each in refs}


def _asked(url: str, names: tuple[str, ...], within: Surroundings) -> Advertised:
    words = ("ls-remote", "--symref", "--", url, *names)
    with tempfile.TemporaryDirectory(prefix="deploy-") as nowhere:
        return _advertised(ask_git(url, words, within, home=Path(nowhere)))


def _chosen(url: str, ref: Ref, there: Advertised) -> Resolved | NotFetched:
    try:
        return chosen(ref, there)
    except NotFetched as refused:
        message = f"{without_credentials(url)}: {refused}"
        return NotFetched(refused.why, message, hint=refused.hint)


def clone_of(url: str, resolved: Resolved, root: Path) -> Clone:
    """What workers clone if the files do not say it: the branch, as it moves, or what is fixed."""
    name = resolved.name
    if name is None:
        return Clone(repository=url, root=root, commit=resolved.commit, is_fixed=True)
    branch = name.removeprefix(BRANCHES).removeprefix(TAGS)
    return Clone(repository=url, root=root, branch=branch, is_fixed=name.startswith(TAGS))


def _advertised(told: str) -> Advertised:
    commits, head = {}, None
    for line in told.splitlines():
        value, _, name = line.partition("\t")
        if value.startswith("ref: "):
            head = value.removeprefix("ref: ") if name == HEAD else head
        elif re.fullmatch(r"[0-9a-f]{40,64}", value):
            commits[name] = value
    peeled = {name: commits.get(f"{name}^{{}}", commit) for name, commit in commits.items()}
    return Advertised(
        commits={name: commit for name, commit in peeled.items() if not name.endswith("^{}")},
        head=head,
    )


def mirror_of(url: str, cache: Path) -> Path:
    """Where in a cache folder the mirror of a repository is; its name holds no credential."""
    plain = without_credentials(url)
    name = re.sub(r"[^A-Za-z0-9]+", "-", plain.rpartition("/")[2].removesuffix(".git"))[:40]
    letters = hashlib.sha256(plain.encode()).hexdigest()[:16]
    return cache / "git" / f"{name.strip('-') or 'repository'}-{letters}.git"


def fetch(url: str, commit: str, mirror: Path, within: Surroundings | None = None) -> None:
    """See to it that the mirror has the commit; what it has is not fetched again.

    Raises:
        NotFetched: it cannot be had.
    """
    within = within or Surroundings()
    with _alone(mirror, within):
        _fetch(url, commit, mirror, within)


@contextmanager
def files_at(mirror: Path, commit: str, *, url: str | None = None) -> Iterator[Path]:
    """The files of a commit that was fetched, in a temporary folder, gone when the context ends.

    It is a clone of one commit, whose `origin` is `url`.  Settings of the user play no part,
    so that every machine reads the same.

    Raises:
        NotFetched: the mirror does not have them any more.
    """
    with _empty_folder() as place:
        with _alone(mirror, Surroundings()):
            _check_out(mirror, commit, place, url)
        yield place


@contextmanager
def files_from(
    url: str, commit: str, mirror: Path, within: Surroundings | None = None
) -> Iterator[Path]:
    """The files of a commit, fetched if need be, from a mirror that is mended if need be.

    Raises:
        NotFetched: they cannot be had.
    """
    within = within or Surroundings()
    with _empty_folder() as place:
        with _alone(mirror, within):
            _fetch(url, commit, mirror, within)
            try:
                _check_out(mirror, commit, place, url)
            except NotFetched:  # something is missing in the mirror
                _remove(mirror)
                _fetch(url, commit, mirror, within)
                _check_out(mirror, commit, place, url)
        yield place


def committed(mirror: Path, commit: str) -> Committed:
    """Who made a commit that was fetched, when, and why.

    Raises:
        NotFetched: the mirror does not have it.
    """
    form = "--format=%H%x00%an%x00%ct%x00%s"
    told = _local(mirror, "show", "--no-patch", form, f"{commit}^{{commit}}")
    id, author, seconds, subject = told.rstrip("\n").split("\0")
    at = datetime.fromtimestamp(int(seconds), UTC)
    return Committed(id=id, author=author, at=at, subject=subject)


def lfs_patterns(files: Path) -> tuple[str, ...]:
    """Which files Git LFS keeps elsewhere, as the commit's own `.gitattributes` say it."""
    found = set()
    for path in files.rglob(".gitattributes"):
        if path.is_symlink() or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        folder = path.parent.relative_to(files)
        lines = (line.split() for line in text.splitlines() if not line.startswith("#"))
        found |= {(folder / words[0]).as_posix() for words in lines if "filter=lfs" in words[1:]}
    return tuple(sorted(found))


@contextmanager
def _empty_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="deploy-") as temporary:
        place = Path(temporary, "files")
        place.mkdir()
        yield place


@contextmanager
def _alone(mirror: Path, within: Surroundings) -> Iterator[None]:
    """No other process, and no other thread, does something with the mirror meanwhile."""
    lock = FileLock(mirror.with_suffix(".lock"))
    try:
        mirror.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire(timeout=within.patience)
    except Timeout:
        message = f"another process has used {mirror} for {within.patience:g} seconds"
        raise NotFetched(Why.TOO_SLOW, message) from None
    except (OSError, NotImplementedError) as error:
        message = f"nothing can be kept in {mirror.parent}: {_strerror(error)}"
        hint = "DEPLOY_CACHE_DIR names the folder for what is kept"
        raise NotFetched(Why.BROKEN, message, hint=hint) from error
    try:
        yield
    finally:
        lock.release()


def _fetch(url: str, commit: str, mirror: Path, within: Surroundings) -> None:
    checked_url(url)
    if not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", commit):
        raise NotFetched(Why.NO_SUCH_REF, f"{commit!r} is no full hash of a commit")
    was_there = mirror.exists()
    if was_there and _has(mirror, commit):
        return
    try:
        _fetched(url, commit, mirror, within)
    except NotFetched as refused:
        if not was_there or refused.why is not Why.BROKEN:
            raise
        _remove(mirror)  # a process may have been killed in the midst of it
        _fetched(url, commit, mirror, within)


def _fetched(url: str, commit: str, mirror: Path, within: Surroundings) -> None:
    """Fetch the commit alone; from a server that gives none by its hash, everything."""
    if not (mirror / "HEAD").is_file():
        words = ("init", "--quiet", "--bare", "--template=", f"--object-format={_form(commit)}")
        _run(*words, str(mirror), home=mirror.parent)
    words = ("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head")
    try:
        alone = ("--depth=1", "--", url, f"+{commit}:{_KEPT}{commit}")
        ask_git(url, _of(mirror, *words, *alone), within, home=mirror)
    except NotFetched as refused:
        if not _ALL_OR_NOTHING.search(str(refused)):
            raise _told_of(commit, url, refused) from refused
        deepen = ("--unshallow",) if (mirror / "shallow").exists() else ()
        everything = (*deepen, "--", url, *(f"+refs/{each}/*:{_KEPT}{each}/*" for each in _BOTH))
        ask_git(url, _of(mirror, *words, *everything), within, home=mirror)
    if not _has(mirror, commit):
        raise _no_commit(commit, url)


def _told_of(commit: str, url: str, refused: NotFetched) -> NotFetched:
    return _no_commit(commit, url) if refused.why is Why.NO_SUCH_REF else refused


def _no_commit(commit: str, url: str) -> NotFetched:
    message = f"{without_credentials(url)}: it has no commit {commit}"
    return NotFetched(Why.NO_SUCH_REF, message, hint="has it been pushed?")


def _has(mirror: Path, commit: str) -> bool:
    try:
        _local(mirror, "cat-file", "-e", f"{commit}^{{tree}}")
    except NotFetched:
        return False
    return True


def _check_out(mirror: Path, commit: str, place: Path, url: str | None) -> None:
    """Make a folder a clone of the commit, whatever of it there is already.

    What the commit is made of stays in the mirror; steps that ask Git find what they are used to.
    """
    _run("init", "--quiet", "--template=", f"--object-format={_form(commit)}", home=place)
    inside = place / ".git"
    (inside / "objects" / "info").mkdir(exist_ok=True)
    (inside / "objects" / "info" / "alternates").write_text(f"{mirror.resolve()}/objects\n")
    if (mirror / "shallow").exists():
        shutil.copyfile(mirror / "shallow", inside / "shallow")
    if url is not None:
        _run("config", "remote.origin.url", url, home=place)
    _run("update-ref", "--no-deref", "HEAD", commit, home=place)
    _run("read-tree", "HEAD", home=place)
    _run("checkout-index", "--all", "--force", "--quiet", "--index", home=place)


def _form(commit: str) -> str:
    return "sha256" if len(commit) > 40 else "sha1"


def _of(mirror: Path, *words: str) -> tuple[str, ...]:
    return (f"--git-dir={mirror}", *words)


def _local(mirror: Path, *words: str, **own: str) -> str:
    """What Git says of a mirror, without any other machine."""
    return _run(*_of(mirror, *words), home=mirror, **own)


def _run(*words: str, home: Path, **own: str) -> str:
    own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", **own}
    return ask_git(str(home), words, Surroundings(), home=home, own=own)


def _remove(mirror: Path) -> None:
    """Take a mirror away at once, so that none is left by halves."""
    aside = Path(tempfile.mkdtemp(prefix="old-", dir=mirror.parent))
    with contextlib.suppress(FileNotFoundError):
        mirror.replace(aside / "mirror")
    shutil.rmtree(aside, ignore_errors=True)


def _strerror(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
