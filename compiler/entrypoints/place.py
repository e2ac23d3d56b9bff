"""The file to which an entrypoint leads, and what to say when it leads to none, or to two."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from compiler.entrypoints.reference import Entrypoint, candidates
from compiler.source.sources import Sources

_MOST_FOLDERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A source, and the folder from which Prefect finds it by its entrypoint."""

    path: Path
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambiguous:
    """Several files that differ, as messages name them."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Nowhere:
    """No file; where it was looked for, and perhaps where it is instead."""

    looked: tuple[str, ...]
    spelled: str | None = None
    elsewhere: str | None = None


def find_place(
    entrypoint: Entrypoint, *, folder: Path, root: Path, sources: Sources
) -> Place | Ambiguous | Nowhere:
    """The source of an entrypoint that a file in `folder` names, in a repository at `root`.

    A module may lie in `src` as well: that is where projects that are installed keep theirs.
    """
    places = candidates(entrypoint, folder=folder, root=root)
    found = _existing(places, root, sources)
    if not found and entrypoint.module is not None:
        under_src = candidates(entrypoint, folder=folder / "src", root=root / "src")
        found = _existing(under_src, root, sources)
    if not found:
        return _nowhere(entrypoint, places, root=root, sources=sources)
    if len({sources.data(path) for path in found}) > 1:
        return Ambiguous(names=tuple(map(sources.name, found)))
    path = found[0]
    beside = (
        folder != root
        and path.is_relative_to(folder)
        and path in candidates(entrypoint, folder=folder, root=folder)
    )
    return Place(path=path, folder=folder if beside else root)


def _existing(places: tuple[Path, ...], root: Path, sources: Sources) -> tuple[Path, ...]:
    """The files among these, each once."""
    found = [
        path
        for path in places
        if _spelling(path, root, sources) == path and sources.data(path) is not None
    ]
    if len(found) < 2:
        return tuple(found)
    return tuple({sources.real(path): path for path in found}.values())


def _spelling(path: Path, root: Path, sources: Sources) -> Path | None:
    """The file that is meant, whatever the letter case; None when there is no such file."""
    try:
        parts = path.relative_to(root).parts
    except ValueError:  # it lies elsewhere
        return path if sources.size(path) is not None else None
    found = root
    for part in parts:
        names = sources.names(found)
        if names is None or part in names or sources.is_folder(found / part):
            found /= part
            continue
        alike = sources.alike(found, part)
        if not alike:
            return None
        found /= alike[0]
    return found if sources.size(found) is not None else None


def _nowhere(
    entrypoint: Entrypoint, places: tuple[Path, ...], *, root: Path, sources: Sources
) -> Nowhere:
    spelled = next((one for path in places if (one := _spelling(path, root, sources))), None)
    elsewhere = next(_in_other_folders(entrypoint, root, sources), None) if not spelled else None
    return Nowhere(
        looked=tuple(sources.name(place) for place in places[:2]),
        spelled=sources.name(spelled) if spelled else None,
        elsewhere=sources.name(elsewhere) if elsewhere else None,
    )


def _in_other_folders(entrypoint: Entrypoint, root: Path, sources: Sources) -> Iterator[Path]:
    """The same module or path below any folder of the root."""
    folders = [name for name in sorted(sources.names(root) or ()) if not name.startswith(".")]
    for name in folders[:_MOST_FOLDERS]:
        if sources.is_folder(root / name):
            below = candidates(entrypoint, folder=root / name, root=root / name)
            yield from (path for path in below if sources.size(path) is not None)
