"""The flows of one repository, each read once."""

from dataclasses import dataclass, replace
from pathlib import Path

from compiler.entrypoints.cache import ReadingCache, Remembered
from compiler.entrypoints.consulted import Consulted, States
from compiler.entrypoints.flow import Answer, Flow, flow_in
from compiler.entrypoints.library import Library
from compiler.entrypoints.place import Place
from compiler.entrypoints.reference import Entrypoint
from compiler.entrypoints.search import search_path
from compiler.entrypoints.syntax import ParsedModule, ParsedModules, Unreadable, read_text
from compiler.source.sources import Sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a source says of one of its names, and all that this depended on."""

    answer: Answer
    consulted: tuple[Consulted, ...]


class Repository:
    """Reads flows and what they import, by their source alone."""

    def __init__(self, root: Path, sources: Sources, cache: Path | None = None) -> None:
        """Read the repository at `root`; `cache` is the folder of what earlier runs read."""
        self._root = root
        self._sources = sources
        self._modules = ParsedModules(sources)
        self._states = States(sources)
        self._cache = ReadingCache(cache, root, self._states) if cache is not None else None
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
        key = _key(entrypoint, place)
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
        places = search_path(entrypoint, place.path, folder=place.folder, root=self._root)
        library = Library(self._modules, self._sources, places)
        scope = library.entry(place.path, entrypoint.module)
        answer = scope if isinstance(scope, Unreadable) else flow_in(scope, entrypoint.function)
        module = self._modules.module(place.path)
        if isinstance(answer, Flow) and isinstance(module, ParsedModule) and entrypoint.file:
            answer = replace(answer, import_above=module.import_above)
        paths = library.consulted
        return Answered(
            answer=answer,
            consulted=tuple(Consulted(path, self._states.of(path)) for path in paths),
        )


def _key(entrypoint: Entrypoint, place: Place) -> str:
    """All that a reading depends on but for the contents of files."""
    parts = (place.folder, place.path, entrypoint.file, entrypoint.module, entrypoint.function)
    return "|".join(str(part) for part in parts)
