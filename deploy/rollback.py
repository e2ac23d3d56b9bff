"""Files of an earlier commit in the place of those that lie there now.

Git writes them to a temporary folder, from where they are compiled under the names that
they have in the repository; nothing of the user's checkout is touched.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.source.sources import Sources
from compiler.source.stand_in import StandIn
from compiler.state.ledger import Applied, Ledger
from deploy.complaint import Complaint
from deploy.console import Console
from deploy.history import read_history
from deploy.session import SHORT, Project, is_stream
from deploy.target import Target
from deploy.views.history import when
from deploy.views.letters import one_line

if TYPE_CHECKING:
    from reconciler.gitops.checkout import Checkout, Commit

_NUMBER = re.compile(r"#\d+|\d{1,6}")  # Git shortens a hash to seven letters or more
_SEE_GIT = "look at the clone with Git: git status, git fsck"
_LIST = "'deploy history' lists the applies"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollback:
    """What to go back to: a number of the history, a revision of Git's, None for the last one.

    `names` are the files as they were asked for.
    """

    to: str | None
    names: tuple[str, ...] = ()

    @contextmanager
    def __call__(self, project: Project, target: Target, console: Console) -> Iterator[Project]:
        """The project with the files of then, which are there as long as the context is.

        Raises:
            Complaint: it is not known which files those are, or Git has none.
        """
        checkout = _checkout(project, self.names)
        paths = tuple(_inside(path, project, checkout.root) for path in project.request.files)
        revision, stack = self._wanted(project, target, console)
        commit = _commit(checkout, revision)
        console.tell(f"commit: {_told(commit)}")
        with _files(checkout, commit, console) as files:
            stand_in = StandIn.of(checkout.root, files)
            sources = project.sources.with_stand_in(stand_in)
            _check_there(paths, sources, commit)
            _take_inputs_of_now(project, sources, console)
            version = project.request.revision and commit.id[:SHORT]
            request = replace(project.request, files=paths, stack=stack, revision=version)
            yield replace(project, request=request, sources=sources, earlier=commit.id)

    def _wanted(self, project: Project, target: Target, console: Console) -> tuple[str, str | None]:
        """The revision, and the stack that it is for; None for the one that its files name."""
        to = self.to
        if to == "":
            raise Complaint("TO needs a value", hint="is the variable set?")
        if to is not None and not _NUMBER.fullmatch(to):
            return to, project.request.stack
        stack, ledger = read_history(project, target, console)
        number = newest_before(ledger) if to is None else int(to.removeprefix("#"))
        if number is None:
            message = f"{stack!r} has no earlier apply that ended well and has another commit"
            raise Complaint(message, hint="name one: deploy rollback HEAD~1")
        apply = ledger.numbered.get(number)
        if apply is None:
            raise Complaint(f"the history of {stack!r} has no apply {number}", hint=_LIST)
        console.tell(one_line(f"apply: {number}, {when(apply.at)} UTC, by {apply.who}"))
        return _commit_of(apply, number), stack


def newest_before(ledger: Ledger) -> int | None:
    """The newest apply that ended well, before the last one, with another commit than that.

    What was applied for another environment is something else.
    """
    last = next(iter(ledger.numbered.values()), None)
    found = (
        number
        for number, each in ledger.numbered.items()
        if last is not None
        and each.ended == "done"
        and each.commit not in {None, last.commit}
        and each.environment == last.environment
    )
    return next(found, None)


def _commit_of(apply: Applied, number: int) -> str:
    if apply.commit is None:
        message = f"apply {number} was made outside of Git: it has no commit"
        raise Complaint(message, hint="name a commit: deploy rollback HEAD~1")
    return apply.commit


def _checkout(project: Project, names: tuple[str, ...]) -> "Checkout":
    """The repository that the files lie in.

    Raises:
        Complaint: there is none, or a file is no file.
    """
    streams = [name for name in names if is_stream(name)]
    if streams:
        raise Complaint(
            f"{streams[0]!r} has no earlier version", hint="name a file of a repository"
        )
    if project.fetched is not None:
        message = "a repository that is somewhere else is asked for one commit"
        raise Complaint(message, hint=f"deploy -f {_earlier(names)}")
    checkout = project.checkout
    if checkout is None:
        message = "the files are not in a Git repository, so that there is no earlier version"
        raise Complaint(message, hint="run it in a clone, and with git on the PATH")
    return checkout


def _earlier(names: tuple[str, ...]) -> str:
    """The address of an earlier commit of the files that are asked for."""
    from reconciler.gitops.inputs import parse_input  # noqa: PLC0415  # as above

    return " -f ".join(parse_input(name).at("COMMIT") for name in names)


def _inside(path: Path, project: Project, root: Path) -> Path:
    """The path as one inside the repository, though a link from outside may have named it.

    Raises:
        Complaint: it lies elsewhere.
    """
    real = project.sources.real(path)
    for spelling in (path, real):
        if spelling.is_relative_to(root) or spelling.is_relative_to(root.resolve()):
            return spelling
    message = f"{path} lies outside of the repository {root}"
    raise Complaint(message, hint="a stack goes back within one repository")


def _commit(checkout: "Checkout", revision: str) -> "Commit":
    from reconciler.gitops.checkout import (  # noqa: PLC0415  # slow to import
        NoSuchCommit,
        find_commit,
    )
    from reconciler.gitops.refusal import GitRefused  # noqa: PLC0415

    try:
        return find_commit(checkout.root, revision)
    except NoSuchCommit as error:
        message = f"this clone has no commit {revision!r}"
        hint = "fetch it: git fetch origin, or that of its tag or branch"
        if error.is_shallow:
            message, hint = f"{message}: it is a shallow one", "git fetch --unshallow"
        raise Complaint(message, hint=hint) from error
    except GitRefused as error:
        raise Complaint(f"{revision!r}: {error}", hint=_SEE_GIT) from error


def _told(commit: "Commit") -> str:
    at = commit.at.astimezone(UTC)
    return one_line(f"{commit.id[:SHORT]}, {at:%Y-%m-%d %H:%M:%S} UTC, {commit.subject}")


@contextmanager
def _files(checkout: "Checkout", commit: "Commit", console: Console) -> Iterator[Path]:
    from reconciler.gitops.checkout import (  # noqa: PLC0415  # slow to import
        files_of,
        submodules_of,
    )
    from reconciler.gitops.refusal import GitRefused  # noqa: PLC0415

    try:
        with files_of(checkout.root, commit.id) as files:
            for name in submodules_of(files):
                console.warn(one_line(f"note: {name} is a submodule, and its files are not read"))
            yield files
    except GitRefused as error:
        message = f"the files of {commit.id[:SHORT]} cannot be had: {error}"
        raise Complaint(message, hint=_SEE_GIT) from error


def _check_there(paths: tuple[Path, ...], sources: Sources, commit: "Commit") -> None:
    for path in paths:
        if not sources.disk(path).exists():
            message = f"there is no {sources.name(path)!r} in {commit.id[:SHORT]}"
            raise Complaint(message, hint="name the file of then with -f, or another commit")


def _take_inputs_of_now(project: Project, then: Sources, console: Console) -> None:
    """Let var files that Git does not know, such as ignored ones, be those that lie there."""
    for path in project.request.overlays.var_files:
        data = project.sources.data(path) if then.data(path) is None else None
        if data is not None:
            then.give(path, data)
            console.warn(f"note: {then.name(path)} is read as it is now: the commit has none")
