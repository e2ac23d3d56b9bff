"""Files of a repository that is somewhere else: `-f git+https://host/name.git@ref#path`.

What is meant is found out and fetched, into a folder that is a clone of that commit for as
long as the run lasts: from then on everything is as in a clone of the user's own.
"""

import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from compiler.desired.clone import Clone
from compiler.diagnostics import Report, Rule
from compiler.diagnostics.pages import (
    not_in_commit,
    repository_address,
    repository_not_read,
    two_repositories,
    unknown_ref,
)
from compiler.manifest.find import find_files
from deploy.cache_folder import cache_folder
from deploy.complaint import Complaint, Refused
from reconciler.gitops import repositories
from reconciler.gitops.inputs import GitInput, is_git_input, parse_input
from reconciler.gitops.refs import Resolved
from reconciler.gitops.refusal import NotFetched, Why
from reconciler.gitops.repositories import Committed, Surroundings

_RULES: Mapping[Why, Rule] = {
    Why.NO_ADDRESS: repository_address.RULE,
    Why.NO_SUCH_REF: unknown_ref.RULE,
}
_SHORT = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A commit of a repository, as a clone in the absolute folder `root`.

    `names` are the files that were asked for, as paths; `pinned` the same as addresses that
    will mean this commit for ever.
    """

    root: Path
    commit: Committed
    clone: Clone
    names: tuple[str, ...]
    pinned: tuple[str, ...]

    def told(self) -> Iterator[str]:
        """What to say of it: which commit it is, and what of it is not there."""
        at = self.commit.at.astimezone(UTC)
        from reconciler.gitops.checkout import submodules_of  # noqa: PLC0415  # slow to import

        short = self.commit.id[:_SHORT]
        yield f"commit: {short}, {at:%Y-%m-%d %H:%M:%S} UTC, {self.commit.subject}"
        for name in submodules_of(self.root):
            yield f"note: {name} is a submodule, and its files are not read"
        for pattern in repositories.lfs_patterns(self.root):
            yield f"note: what {pattern} means is kept by Git LFS, and is not read"


@contextmanager
def fetched(names: Sequence[str], environ: Mapping[str, str]) -> Iterator[Fetched]:
    """The files that are meant, which are there as long as the context is.

    Raises:
        Refused: they cannot be had; says all that is wrong.
        Complaint: the time limit is none.
    """
    within = Surroundings(environ=environ, patience=_patience(environ))
    report = Report()
    inputs = tuple(each for name in names if (each := _parsed(name, report)) is not None)
    _check_together(names, inputs, report)
    _stop(report)
    found = {each.ref: _looked_up(each, within, report) for each in inputs}
    _stop(report)
    resolved = [each for each in found.values() if each is not None]
    if len({each.commit for each in resolved}) > 1:
        message = f"the files are of several commits of {inputs[0].url}"
        report.add(two_repositories.RULE, message, None, hint="name one ref")
    _stop(report)
    with _fetched(inputs, resolved[0], within) as there:
        yield there


@contextmanager
def _fetched(
    inputs: tuple[GitInput, ...], resolved: Resolved, within: Surroundings
) -> Iterator[Fetched]:
    url, commit = inputs[0].url, resolved.commit
    with _mirror(url, within) as mirror, _files(url, commit, mirror, within) as root:
        _check_there(inputs, root, commit)
        yield Fetched(
            root=root,
            commit=repositories.committed(mirror, commit),
            clone=repositories.clone_of(url, resolved, root),
            names=tuple(str(root / each.path) for each in inputs),
            pinned=tuple(each.at(commit) for each in inputs),
        )


def _patience(environ: Mapping[str, str]) -> float:
    told = environ.get("DEPLOY_GIT_TIMEOUT") or "300"
    if not told.isdecimal() or not int(told):
        message = f"DEPLOY_GIT_TIMEOUT is {told!r}, and no number of seconds"
        raise Complaint(message, hint="DEPLOY_GIT_TIMEOUT=300")
    return float(told)


def _parsed(name: str, report: Report) -> GitInput | None:
    try:
        return parse_input(name) if is_git_input(name) else None
    except NotFetched as refused:
        _note(refused, report)
        return None


def _check_together(names: Sequence[str], inputs: tuple[GitInput, ...], report: Report) -> None:
    hint = "one call is about one stack, which one repository has"
    here = next((name for name in names if not is_git_input(name)), None)
    if here is not None:
        message = f"{here!r} lies here, and other files in a repository"
        report.add(two_repositories.RULE, message, None, hint=hint)
    urls = sorted({each.url for each in inputs})
    if len(urls) > 1:
        message = f"the files are of several repositories: {', '.join(urls)}"
        report.add(two_repositories.RULE, message, None, hint=hint)


def _looked_up(wanted: GitInput, within: Surroundings, report: Report) -> Resolved | None:
    try:
        return repositories.look_up(wanted.url, wanted.ref, within)
    except NotFetched as refused:
        _note(refused, report)
        return None


def _note(refused: NotFetched, report: Report) -> None:
    rule = _RULES.get(refused.why, repository_not_read.RULE)
    report.add(rule, str(refused), None, hint=refused.hint)


def _stop(report: Report) -> None:
    if report.has_errors:
        raise Refused(report)


@contextmanager
def _mirror(url: str, within: Surroundings) -> Iterator[Path]:
    """Where what is fetched is kept; where nothing may be kept, until the context ends."""
    kept = cache_folder(within.environ, base=Path.cwd(), platform=sys.platform)
    if kept is not None:
        yield repositories.mirror_of(url, kept)
        return
    with tempfile.TemporaryDirectory(prefix="deploy-") as temporary:
        yield repositories.mirror_of(url, Path(temporary))


@contextmanager
def _files(url: str, commit: str, mirror: Path, within: Surroundings) -> Iterator[Path]:
    with ExitStack() as stack:
        report = Report()
        try:
            root = stack.enter_context(repositories.files_from(url, commit, mirror, within))
        except NotFetched as refused:
            _note(refused, report)
            raise Refused(report) from refused
        yield root.resolve()


def _check_there(inputs: tuple[GitInput, ...], root: Path, commit: str) -> None:
    report = Report()
    for each in inputs:
        if not (root / each.path).exists():
            message = f"there is no {each.path!r} in {commit[:_SHORT]} of {each.url}"
            report.add(not_in_commit.RULE, message, None, hint=_instead(root))
    _stop(report)


def _instead(root: Path) -> str | None:
    found = sorted(path.relative_to(root).as_posix() for path in find_files(root))
    return f"it has {', '.join(found[:5])}" if found else None
