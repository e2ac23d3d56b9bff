"""A folder whose content is read from somewhere else, such as its state of an earlier commit."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """All that lies in a folder is read from `copy`, and is called as if it were not.

    So nothing that is found, stored or said knows the copy's place.  `spellings` are
    absolute paths of the folder; the last one has no links in it, nor has `copy`.
    """

    spellings: tuple[Path, ...]
    copy: Path

    @classmethod
    def of(cls, folder: Path, copy: Path) -> Self:
        """The stand-in for an absolute `folder`."""
        return cls(spellings=(folder, _real(folder)), copy=_real(copy))

    def disk(self, path: Path) -> Path:
        """Where the content of `path` is."""
        plain = Path(os.path.normpath(path))
        folder = next((each for each in self.spellings if plain.is_relative_to(each)), None)
        return path if folder is None else self.copy / plain.relative_to(folder)

    def real(self, path: Path) -> Path:
        """The path with all links followed, those of the copy inside the folder."""
        found = _real(self.disk(path))
        is_inside = found.is_relative_to(self.copy)
        return self.spellings[-1] / found.relative_to(self.copy) if is_inside else found


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))  # unlike resolve() it is not afraid of rings of links
