"""The flows of one repository, each read once."""

from dataclasses import dataclass
from pathlib import Path

from compiler.entrypoints.consulted import Consulted, States
from compiler.entrypoints.flow import Answer, flow_in
from compiler.entrypoints.library import Library
from compiler.entrypoints.place import Place
from compiler.entrypoints.reference import Entrypoint
from compiler.entrypoints.search import search_path
from compiler.entrypoints.syntax import Trees, Unreadable
from compiler.source.sources import Sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a source says of one of its names, and all that this depended on."""

    answer: Answer
    consulted: tuple[Consulted, ...]


class Repository:
    """Reads flows and what they import, by their source alone."""

    def __init__(self, root: Path, sources: Sources) -> None:
        self._root = root
        self._sources = sources
        self._trees = Trees(sources)
        self._states = States(sources)
        self._answers: dict[tuple[Entrypoint, Place], Answered] = {}

    def read(self, entrypoint: Entrypoint, place: Place) -> Answered:
        """The flow that an entrypoint names, the entrypoint's file being at `place`."""
        key = (entrypoint, place)
        if key not in self._answers:
            self._answers[key] = self._read(entrypoint, place)
        return self._answers[key]

    def _read(self, entrypoint: Entrypoint, place: Place) -> Answered:
        places = search_path(entrypoint, place.path, folder=place.folder, root=self._root)
        library = Library(self._trees, self._sources, places)
        scope = library.entry(place.path, entrypoint.module)
        answer = scope if isinstance(scope, Unreadable) else flow_in(scope, entrypoint.function)
        paths = library.consulted
        return Answered(
            answer=answer,
            consulted=tuple(Consulted(path, self._states.of(path)) for path in paths),
        )
