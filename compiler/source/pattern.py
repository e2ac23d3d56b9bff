"""The files that a pattern such as `teams/*/deploy.yaml` means.

pattern = part *("/" part)
part    = "**" | text with "*", "?" and "[…]"

`**` stands for folders of any depth, and does not follow links to folders, which can lead
back to where they are.  What is looked at is bounded: a pattern can begin anywhere.
"""

import os
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from pathlib import Path, PurePath

NOT_ONES_OWN = frozenset({"node_modules", "site-packages", "__pycache__"})
_MOST = 200_000  # files and folders that are looked at
_Place = tuple[Path, int]  # a folder, and how many parts of the pattern lead to it


class TooMany(Exception):
    """There are too many files and folders to look at."""


def is_pattern(text: str) -> bool:
    """Whether it can mean several files."""
    return any(sign in text for sign in "*?[")


def matches(
    folder: Path, pattern: str, *, disk: Callable[[Path], Path] = lambda path: path
) -> tuple[Path, ...]:
    """The files, by name; none in a folder such as `.git` or `.venv`.

    `disk` says where the content of a path is.

    Raises:
        TooMany: it is not known which.
    """
    anchor = PurePath(pattern).anchor
    start, relative = (Path(anchor), pattern[len(anchor) :]) if anchor else (folder, pattern)
    return tuple(sorted(_Search(_parts(relative), disk).files(start)))


def _parts(pattern: str) -> tuple[str, ...]:
    """The parts, several `**` in a row as one."""
    parts = PurePath(pattern).parts
    return tuple(
        part for at, part in enumerate(parts) if part != "**" or parts[at - 1 : at] != ("**",)
    )


class _Search:
    def __init__(self, parts: tuple[str, ...], disk: Callable[[Path], Path]) -> None:
        self._parts = parts
        self._disk = disk
        self._looked_at = 0
        self._listed: set[tuple[int, int, int]] = set()

    def files(self, start: Path) -> Iterator[Path]:
        waiting: list[_Place] = [(start, 0)]
        seen = {*waiting}
        while waiting:
            place, done = waiting.pop()
            if done == len(self._parts):
                if self._disk(place).is_file():
                    yield place
                continue
            further = [each for each in self._further(place, done) if each not in seen]
            seen.update(further)
            waiting += further

    def _further(self, place: Path, done: int) -> Iterator[_Place]:
        part, is_last = self._parts[done], done + 1 == len(self._parts)
        if part == "**":
            yield place, done + 1
            yield from ((place / each.name, done) for each in self._folders(place, done))
        elif is_pattern(part):
            for each in self._entries(place, done):
                if fnmatch(each.name, part) and (is_last or not _is_hidden(each.name)):
                    yield place / each.name, done + 1
        elif is_last or not _is_hidden(part):
            yield place / part, done + 1

    def _folders(self, place: Path, done: int) -> Iterator["os.DirEntry[str]"]:
        for each in self._entries(place, done):
            is_own = not _is_hidden(each.name) and each.name not in NOT_ONES_OWN
            if is_own and each.is_dir(follow_symlinks=False):
                yield each

    def _entries(self, place: Path, done: int) -> "list[os.DirEntry[str]]":
        """What is in a folder; nothing where it was looked into already, by another name."""
        try:
            folder = self._disk(place)
            status = folder.stat()
            if (mark := (status.st_dev, status.st_ino, done)) in self._listed:
                return []
            self._listed.add(mark)
            with os.scandir(folder) as entries:
                found = sorted(entries, key=lambda each: each.name)
        except (OSError, ValueError):  # no folder, or a name that no folder has
            return []
        self._looked_at += len(found)
        if self._looked_at > _MOST:
            raise TooMany
        return found


def _is_hidden(name: str) -> bool:
    return name.startswith(".") and name not in {".", ".."}
