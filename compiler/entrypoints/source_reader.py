"""Flows read from their source, with what they import from their repository."""

from dataclasses import replace
from pathlib import Path

from compiler.entrypoints.answer import Answer, Flow, Unreadable
from compiler.entrypoints.flow import flow_in
from compiler.entrypoints.library import Library
from compiler.entrypoints.place import Place
from compiler.entrypoints.reference import Entrypoint
from compiler.entrypoints.search import search_path
from compiler.entrypoints.syntax import ParsedModule, ParsedModules
from compiler.source.sources import Sources


class SourceReader:
    """Reads flows of one repository; a module that several need is parsed once."""

    def __init__(self, root: Path, sources: Sources) -> None:
        self._root = root
        self._sources = sources
        self._modules = ParsedModules(sources)

    def read(self, entrypoint: Entrypoint, place: Place) -> tuple[Answer, tuple[Path, ...]]:
        """What an entrypoint leads to, and every path that was looked at for it."""
        places = search_path(
            entrypoint, place.path, folder=place.folder, root=self._root, sources=self._sources
        )
        library = Library(self._modules, self._sources, places)
        scope = library.entry(place.path, entrypoint.module)
        answer = scope if isinstance(scope, Unreadable) else flow_in(scope, entrypoint.function)
        module = self._modules.module(place.path)
        if isinstance(answer, Flow) and isinstance(module, ParsedModule) and entrypoint.file:
            answer = replace(answer, import_above=module.import_above)
        return answer, tuple(library.consulted)
