"""Where a repository keeps its deployment files."""

import os
from collections.abc import Iterator
from pathlib import Path

from compiler.manifest.draft import NAMES
from compiler.source.pattern import NOT_ONES_OWN

_OF_AN_ENVIRONMENT = "pyvenv.cfg"


def find_files(folder: Path) -> tuple[Path, ...]:
    """The deployment file of every folder below, itself too; the shallowest first.

    Hidden folders, virtual environments and installed packages are not looked into, and
    links to folders not followed.
    """
    found = (Path(place, name) for place, name in _named(folder))
    return tuple(sorted(found, key=lambda path: (len(path.parts), path)))


def _named(folder: Path) -> Iterator[tuple[str, str]]:
    for place, folders, names in os.walk(folder):
        if _OF_AN_ENVIRONMENT in names:
            folders.clear()
            continue
        folders[:] = [
            each for each in folders if not each.startswith(".") and each not in NOT_ONES_OWN
        ]
        name = next((each for each in NAMES if each in names), None)
        if name is not None:
            yield place, name
