"""The modules of a repository, followed by their source from one flow.

The work for a flow is bounded: what lies too deep, is too large or leads in a ring is
not followed, and what comes from there is unknown.
"""

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from compiler.entrypoints.answer import Unreadable
from compiler.entrypoints.binding import Import, Star
from compiler.entrypoints.consulted import MOST_BYTES
from compiler.entrypoints.scope import (
    Definition,
    Meaning,
    Scope,
    Unknowable,
    attributes,
    own_names,
)
from compiler.entrypoints.search import OWN, Finder, SearchPath
from compiler.entrypoints.syntax import ParsedModule, ParsedModules
from compiler.source.sources import Sources

_MOST_MODULES = 300
_MOST_STEPS = 20_000
_DEEPEST = 100

_Name: TypeAlias = tuple[str, ...]
# A meaning that stands for something, but nobody can say what.
_UNKNOWN: tuple[Meaning, ...] = (None,)


class Library:
    """The modules that one flow can import, each read once and only if it is needed."""

    def __init__(self, modules: ParsedModules, sources: Sources, places: SearchPath) -> None:
        self._modules = modules
        self._sources = sources
        self._finder = Finder(sources, places)
        self._scopes: dict[_Name, Scope | None] = {}
        self._open: list[tuple[_Name, str]] = []
        self._steps = 0

    @property
    def consulted(self) -> tuple[Path, ...]:
        """Every path on whose contents, or absence, the answers so far depended."""
        return tuple(self._finder.consulted)

    def entry(self, path: Path, module: str | None) -> Scope | Unreadable:
        """The names of the flow's own file, which is `module` unless Prefect runs it as a script.

        It may be of any size.
        """
        self._finder.consulted[path] = None
        found = self._modules.module(path)
        if isinstance(found, Unreadable):
            return found
        name = (OWN,) if module is None else tuple(module.split("."))
        is_package = module is None or path.name == "__init__.py"
        scope = self._scope(found, path, name=name, is_package=is_package)
        self._scopes[name] = scope
        return scope

    def resolve(self, name: _Name, modules: int) -> tuple[Meaning, ...] | None:
        """What a dotted name stands for; None for a module or something outside the repository.

        Its first parts, as many as `modules`, are surely a module; each further one is looked up
        in the one before.

        Raises:
            Unknowable: it stands for nothing that could be found.
        """
        if self._finder.find(name[:modules]) is None:
            return None
        with self._step(name, ""):
            for length in range(modules, len(name)):
                meanings = self._attribute(name[:length], name[length])
                if meanings is not None:
                    return tuple(
                        one for each in meanings for one in attributes(each, name[length + 1 :])
                    )
        return None

    def _attribute(self, owner: _Name, attribute: str) -> tuple[Meaning, ...] | None:
        """What a module's attribute stands for; None for a submodule."""
        within = (*owner, attribute)
        with self._step(owner, attribute):
            scope = self._module(owner)
            meanings = own_names(attribute, scope) if scope is not None else None
            is_submodule = self._finder.find(within) is not None
            if not meanings and not is_submodule:
                raise Unknowable
            if scope is None or not meanings or _are_module(meanings, within):
                return None
            if is_submodule and not _is_loaded_first(attribute, scope, within):
                return _UNKNOWN  # which of the two it is depends on what was imported before
            return meanings

    def starred(self, owner: _Name, name: str) -> tuple[Meaning, ...] | None:
        """What `from owner import *` binds a name to; None where that cannot be told."""
        with self._step(owner, name):
            scope = self._module(owner)
            if scope is None:
                return None
            exports = _exports(scope, name)
            found = own_names(name, scope) if exports is not False else ()
            return _UNKNOWN if found and exports is None else found

    def _module(self, name: _Name) -> Scope | None:
        if name not in self._scopes:
            self._scopes[name] = self._read(name)
        return self._scopes[name]

    def _read(self, name: _Name) -> Scope | None:
        found = self._finder.find(name)
        if found is None or found.file is None or len(self._scopes) > _MOST_MODULES:
            return None
        if (self._sources.size(found.file) or 0) > MOST_BYTES:
            return None
        module = self._modules.module(found.file)
        if isinstance(module, Unreadable):
            return None
        is_package = bool(found.folders)
        return self._scope(module, found.file, name=name, is_package=is_package)

    def _scope(self, module: ParsedModule, path: Path, *, name: _Name, is_package: bool) -> Scope:
        package = name if is_package else name[:-1]
        imports = _ModuleImports(library=self, file=path, package=package)
        return replace(module.scope, imports=imports)

    @contextmanager
    def _step(self, owner: _Name, attribute: str) -> Iterator[None]:
        """One more step, unless it is one within itself.

        Raises:
            Unknowable: there were too many.
        """
        self._steps += 1
        here = (owner, attribute)
        if here in self._open or len(self._open) > _DEEPEST or self._steps > _MOST_STEPS:
            raise Unknowable
        self._open.append(here)
        try:
            yield
        finally:
            self._open.pop()


@dataclass(frozen=True, slots=True, kw_only=True)
class _ModuleImports:
    """The imports of one module, which lies in `package`."""

    library: Library = field(repr=False)
    file: Path
    package: _Name

    def follow(self, bound: Import) -> tuple[Meaning, ...] | None:
        name = self.absolute(bound.path)
        if name is None:
            return None
        above = len(name) - len(_written(bound.path))
        try:
            return self.library.resolve(name, above + bound.modules) or None
        except Unknowable:
            return None

    def starred(self, star: Star, name: str) -> tuple[Meaning, ...] | None:
        owner = self.absolute(star.path)
        try:
            return self.library.starred(owner, name) if owner else None
        except Unknowable:
            return None

    def absolute(self, path: str) -> _Name | None:
        """The whole name of what is imported; None beyond the top of the package."""
        written = _written(path)
        level = len(path) - len(path.lstrip("."))
        if level > len(self.package):
            return None
        return written if level == 0 else (*self.package[: len(self.package) + 1 - level], *written)


def _written(path: str) -> _Name:
    return tuple(part for part in path.split(".") if part)


def _are_module(meanings: tuple[Meaning, ...], name: _Name) -> bool:
    """Whether all of them are imports of the module of this name: `from . import name`."""
    return all(
        isinstance(one, Definition)
        and isinstance(one.bound, Import)
        and _imported(one.bound, one.scope) == name
        for one in meanings
    )


def _imported(bound: Import, scope: Scope) -> _Name | None:
    imports = scope.module.imports
    return imports.absolute(bound.path) if isinstance(imports, _ModuleImports) else None


def _is_loaded_first(attribute: str, scope: Scope, submodule: _Name) -> bool:
    """Whether a submodule is loaded before its own name is bound to something in it."""
    bindings = scope.names.get(attribute, ())
    return bool(bindings) and all(
        isinstance(one.bound, Import)
        and (_imported(one.bound, scope) or ())[: len(submodule)] == submodule
        and len(_imported(one.bound, scope) or ()) > len(submodule)
        for one in bindings
    )


def _exports(scope: Scope, name: str) -> bool | None:
    """Whether `from module import *` takes a name; None when its `__all__` cannot be read."""
    match [one.bound for one in scope.names.get("__all__", ())]:
        case []:
            return not name.startswith("_")
        case [ast.List(elts=parts) | ast.Tuple(elts=parts)]:
            names = [part.value for part in parts if isinstance(part, ast.Constant)]
            return name in names if len(names) == len(parts) else None
        case _:
            return None
