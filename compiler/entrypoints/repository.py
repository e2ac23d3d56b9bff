"""The flows of one repository, each read once."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.entrypoints.answer import Answer, Flow
from compiler.entrypoints.cache import ReadingCache, Remembered
from compiler.entrypoints.consulted import Consulted, States
from compiler.entrypoints.encoding import read_text
from compiler.entrypoints.place import Place
from compiler.entrypoints.reference import Entrypoint
from compiler.entrypoints.remembered import dump_path
from compiler.source.sources import Sources

if TYPE_CHECKING:
    from compiler.entrypoints.source_reader import SourceReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a source says of one of its names, and all that this depended on."""

    answer: Answer
    consulted: tuple[Consulted, ...]


class Repository:
    """Reads flows and what they import, by their source alone."""

    def __init__(
        self,
        root: Path,
        sources: Sources,
        cache: Path | None = None,
        *,
        known_as: str | None = None,
    ) -> None:
        """Read the repository at `root`; `cache` is the folder of what earlier runs read.

        One that lies elsewhere in each run is `known_as` a name of its own.
        """
        self._root = root
        self._sources = sources
        self._reader: SourceReader | None = None  # loaded when something is to be read
        self._states = States(sources)
        self._cache = (
            ReadingCache(cache, root, self._states, known_as=known_as)
            if cache is not None
            else None
        )
        self._answers: dict[tuple[Entrypoint, Place], Answered] = {}

    def read(self, entrypoint: Entrypoint, place: Place) -> Answered:
        """The flow that an entrypoint names, the entrypoint's file being at `place`."""
        key = (entrypoint, place)
        if key not in self._answers:
            self._answers[key] = self._remembered(entrypoint, place)
        return self._answers[key]

    def save(self) -> None:
        """Let later runs know what this one has read."""
        if self._cache is not None:
            self._cache.save()

    def _remembered(self, entrypoint: Entrypoint, place: Place) -> Answered:
        if self._cache is None:
            return self._read(entrypoint, place)
        key = _key(entrypoint, place, self._root)
        found = self._cache.get(key)
        if found is not None:
            for path in filter(None, (place.path, found.flow.file)):
                read_text(path, self._sources)  # so that its lines can be quoted
            return Answered(answer=found.flow, consulted=found.consulted)
        answered = self._read(entrypoint, place)
        if isinstance(answered.answer, Flow):
            flow = Remembered(flow=answered.answer, consulted=answered.consulted)
            self._cache.put(key, flow)
        return answered

    def _read(self, entrypoint: Entrypoint, place: Place) -> Answered:
        if self._reader is None:
            from compiler.entrypoints.source_reader import SourceReader  # noqa: PLC0415  # slow

            self._reader = SourceReader(self._root, self._sources)
        answer, paths = self._reader.read(entrypoint, place)
        return Answered(
            answer=answer,
            consulted=tuple(Consulted(path, self._states.of(path)) for path in paths),
        )


def _key(entrypoint: Entrypoint, place: Place, root: Path) -> str:
    """All that a reading depends on but for the contents of files, wherever the root is."""
    folder, path = dump_path(place.folder, root), dump_path(place.path, root)
    parts = (folder, path, entrypoint.file, entrypoint.module, entrypoint.function)
    return "|".join(str(part) for part in parts)
