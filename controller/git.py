"""What of Git a controller needs: what refs are now, and the files of a commit."""

from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from controller.aside import Aside
from controller.files import Files
from controller.roster import Stack
from reconciler.gitops.refs import Ref, Resolved
from reconciler.gitops.repositories import (
    NotFetched,
    Surroundings,
    clone_of,
    committed,
    files_from,
    look_up_all,
    mirror_of,
)

_LONGEST = 200  # letters of a subject


class Git(Protocol):
    """Where commits come from.  Both take a while, and are asked beside the loop."""

    def look_up(self, url: str, refs: Collection[Ref]) -> Mapping[Ref, Resolved | NotFetched]:
        """What refs of a repository are now, asked for once however many there are."""

    def files(self, stack: Stack, resolved: Resolved) -> AbstractContextManager[Files]:
        """The files of a commit, as long as the context is open.

        Raises:
            NotFetched: they cannot be had.
        """


@asynccontextmanager
async def opened(git: Git, stack: Stack, resolved: Resolved, aside: Aside) -> AsyncIterator[Files]:
    """The files of a commit, fetched and taken away again beside the loop.

    Raises:
        NotFetched: they cannot be had.
    """
    files = git.files(stack, resolved)
    there = await aside(files.__enter__)
    try:
        yield there
    finally:
        await aside(lambda: files.__exit__(None, None, None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Remotes:
    """Repositories that are somewhere else, with mirrors of them in a cache folder."""

    cache: Path
    within: Surroundings = field(default_factory=Surroundings)

    def look_up(self, url: str, refs: Collection[Ref]) -> Mapping[Ref, Resolved | NotFetched]:
        """What refs of a repository are now."""
        return look_up_all(url, refs, self.within)

    @contextmanager
    def files(self, stack: Stack, resolved: Resolved) -> Iterator[Files]:
        """The files of a commit, fetched if need be."""
        mirror = mirror_of(stack.repository, self.cache)
        url, commit = stack.repository, resolved.commit
        with files_from(url, commit, mirror, self.within) as folder:
            root = folder.resolve()
            clone = clone_of(url, resolved, root)
            subject = _subject(mirror, commit)
            yield Files(folder=root, commit=commit, clone=clone, subject=subject)


def _subject(mirror: Path, commit: str) -> str:
    with suppress(NotFetched):  # somebody has taken the mirror away: it says only what it is called
        return _read_subject(mirror, commit)
    return ""


@lru_cache(maxsize=1024)
def _read_subject(mirror: Path, commit: str) -> str:
    return committed(mirror, commit).subject[:_LONGEST]
