"""Where the modules of a repository lie, as Python looks for them when Prefect loads a flow.

Nothing outside the repository is looked for, installed or not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from compiler.entrypoints.reference import Entrypoint
from compiler.entrypoints.scope import OUTSIDE
from compiler.source.sources import Sources

# What the flow's own file is called as the parent of its relative imports; no import can say it.
OWN = "<flow>"
_LONGEST = 50
_INSTALLED_FROM = "src"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPath:
    """The folders in which the imports of one flow are looked for.

    `certain` are those that Prefect puts on `sys.path`, in that order. `possible` are others
    from which repositories are installed, or that files add by themselves: a module that only
    these hold counts if there is one alone. `own` is the file that Prefect runs as a script,
    which is then the parent of its relative imports; None for an entrypoint that is a module.
    """

    certain: tuple[Path, ...]
    possible: tuple[Path, ...]
    own: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A module: its file, None for a namespace package, and where its submodules lie."""

    file: Path | None
    folders: tuple[Path, ...] = ()


def search_path(
    entrypoint: Entrypoint, path: Path, *, folder: Path, root: Path, sources: Sources
) -> SearchPath:
    """The folders for a flow at `path`, when Prefect is called in `folder`.

    Source: prefect.utilities.importtools.load_script_as_module and load_module
    """
    if entrypoint.module is not None:
        certain = dict.fromkeys((folder, _above(path, entrypoint.module)))
        own = None
    else:
        own = sources.real(path)
        certain = dict.fromkeys((own.parent, folder))
    between = [place for place in path.parents if place != root and place.is_relative_to(root)]
    possible = dict.fromkeys((root, root / _INSTALLED_FROM, folder / _INSTALLED_FROM, *between))
    return SearchPath(
        certain=tuple(certain),
        possible=tuple(place for place in possible if place not in certain),
        own=own,
    )


def _above(path: Path, module: str) -> Path:
    """The folder in which the first name of a module lies."""
    last = path.parent if path.name == "__init__.py" else path
    return last.parents[module.count(".")]


class Finder:
    """Finds modules by their names for one flow, and remembers which paths that depended on."""

    def __init__(self, sources: Sources, places: SearchPath) -> None:
        self._sources = sources
        self._places = places
        self._found: dict[tuple[str, ...], Found | None] = {}
        self.consulted: dict[Path, None] = {}

    def find(self, name: tuple[str, ...]) -> Found | None:
        """The module of this name; None when the repository has none, or two that differ."""
        if name not in self._found:
            self._found[name] = self._looked_up(name)
        return self._found[name]

    def _is_own(self, name: tuple[str, ...]) -> bool:
        """Whether the name may be that of the file that Prefect runs as a script."""
        own = self._places.own
        return own is not None and name[0] in (OWN, own.stem)

    def _looked_up(self, name: tuple[str, ...]) -> Found | None:
        if name[0] in OUTSIDE or len(name) > _LONGEST:
            return None
        # Prefect registers the script under its own name, and submodules are then looked for
        # on its path: older releases register it under another.
        own = self._within_own(name) if self._is_own(name) else None
        if name[0] == OWN:
            return own
        found = self._elsewhere(name)
        return found if own is None else self._only([own, *([found] if found else [])])

    def _elsewhere(self, name: tuple[str, ...]) -> Found | None:
        """The module by its name alone, whatever file is run as a script."""
        certain = self._in(self._places.certain, name)
        top = self._in(self._places.certain, name[:1])
        if _is_file(top):
            return certain
        # An installed package hides bare folders of its name, wherever they lie on the path.
        others = [
            self._in((place,), name)
            for place in self._places.possible
            if top is None or self._may_be_installed(place, name[0], hides=certain is not None)
        ]
        return self._only([one for one in (certain, *others) if one is not None])

    def _may_be_installed(self, place: Path, name: str, *, hides: bool) -> bool:
        """Whether a package there may be on the path too, and come before bare folders."""
        is_package = not hides or _is_file(self._in((place,), [name]))
        return place.name == _INSTALLED_FROM and is_package

    def _within_own(self, name: tuple[str, ...]) -> Found | None:
        if len(name) == 1:
            return Found(file=self._places.own, folders=self._places.certain)
        return self._in(self._places.certain, name[1:])

    def _only(self, found: Sequence[Found]) -> Found | None:
        """The one that is meant: a file rather than a bare folder, and never one of two."""
        files = [one for one in found if one.file is not None]
        if not files:
            folders = dict.fromkeys(folder for one in found for folder in one.folders)
            return Found(file=None, folders=tuple(folders)) if found else None
        paths = dict.fromkeys(one.file for one in files if one.file is not None)
        if len(paths) > 1 and len({self._sources.size(path) for path in paths}) > 1:
            return None
        is_same = len(paths) == 1 or len({self._sources.data(path) for path in paths}) == 1
        return files[0] if is_same else None

    def _in(self, places: Iterable[Path], name: Sequence[str]) -> Found | None:
        """As Python's own finder: a package, else a module, else all folders of that name."""
        head, *rest = name
        folders: list[Path] = []
        for place in places:
            package = place / head
            if self._is_folder(package):
                if self._is_file(package / "__init__.py"):
                    found = Found(file=package / "__init__.py", folders=(package,))
                    return self._in(found.folders, rest) if rest else found
                folders.append(package)
            if self._is_file(place / f"{head}.py"):
                return None if rest else Found(file=place / f"{head}.py")
        if not folders:
            return None
        return self._in(folders, rest) if rest else Found(file=None, folders=tuple(folders))

    def _is_folder(self, path: Path) -> bool:
        self.consulted[path] = None
        return self._sources.is_folder(path)

    def _is_file(self, path: Path) -> bool:
        self.consulted[path] = None
        return self._sources.size(path) is not None


def _is_file(found: Found | None) -> bool:
    return found is not None and found.file is not None
