"""What a reading depended on: files by their contents, and places where there was none."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from compiler.source.sources import Sources

MOST_BYTES = 1_000_000  # of a module that is followed
ABSENT: Final = "absent"
_FOLDER: Final = "folder"
_UNREADABLE: Final = "unreadable"


@dataclass(frozen=True, slots=True)
class Consulted:
    """A path, and what was there: `absent`, `folder`, `unreadable` or the digest of a file."""

    path: Path
    state: str


class States:
    """What is at each path, found out once a run."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._known: dict[Path, str] = {}

    def of(self, path: Path) -> str:
        """The state of a path."""
        if path not in self._known:
            self._known[path] = self._found(path)
        return self._known[path]

    def is_file(self, path: Path) -> bool:
        """Whether there is a file, whatever is in it."""
        return self._sources.size(path) is not None

    def _found(self, path: Path) -> str:
        size = self._sources.size(path)
        if size is None:
            return _FOLDER if self._sources.is_folder(path) else ABSENT
        if size > 10 * MOST_BYTES:
            return f"{size} bytes"  # never read, so that its size says all that mattered
        data = self._sources.data(path)
        return _UNREADABLE if data is None else hashlib.blake2b(data, digest_size=16).hexdigest()
