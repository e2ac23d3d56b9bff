"""Where in a module a function stands, and what makes it a flow."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from compiler.entrypoints.binding import Changed, Function, Import
from compiler.entrypoints.decorator import Given, Inner, Makers, overridden
from compiler.entrypoints.evaluate import Evaluator
from compiler.entrypoints.scope import (
    Definition,
    Meaning,
    Missing,
    Scope,
    Undefined,
    Unknowable,
    find,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeFlow:
    """A function, what can be seen where it stands, and the settings that made it a flow.

    `inner` is the function that a wrapper put in its place, which takes the same.
    """

    node: Function | ast.Lambda
    scope: Scope
    settings: Given
    wrapper: str | None = None
    inner: Inner | None = None

    @property
    def file(self) -> Path | None:
        """Where the function is written; None for a text that came without a file."""
        return _file_of(self.scope)

    @property
    def code_file(self) -> Path | None:
        """Where the function is written that Prefect calls."""
        return _file_of(self.inner.scope) if self.inner else self.file

    @property
    def is_async(self) -> bool:
        """Whether the function that Prefect calls is a coroutine."""
        called = self.inner.node if self.inner else self.node
        return isinstance(called, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """A function, class or value that nothing makes a flow."""

    line: int
    file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """Something that another module, or a call that cannot be followed, makes."""

    line: int
    file: Path | None = None
    imported_from: str | None = None


Found: TypeAlias = MadeFlow | Plain | Unseen


class Module:
    """The names of one module, looked up as they stand when it has run."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._makers = Makers(Evaluator(strings=self._scope))
        self._open: set[ast.AST] = set()

    def find(self, function: str) -> Found | None:
        """What `function` or `Class.method` names; None when there is nothing of that name."""
        if not all(part.isidentifier() for part in function.split(".")):
            return None
        first, *rest = function.split(".")
        name: ast.expr = ast.Name(first)
        for attribute in rest:
            name = ast.Attribute(name, attribute)
        try:
            meanings = find(name, self._scope)
        except (Undefined, Missing):
            return None
        except Unknowable:
            return Unseen(line=1, file=_file_of(self._scope))
        return None if _are_builtin(meanings) else self._found(meanings[-1])

    def functions(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Names of the flows, and of the other functions, methods as `Class.method`."""
        found = {name: self.find(name) for name in self._function_names()}
        flows = tuple(name for name, one in found.items() if isinstance(one, MadeFlow))
        others = tuple(name for name, one in found.items() if not isinstance(one, MadeFlow))
        return flows, others

    def _function_names(self) -> Iterator[str]:
        for name, bindings in self._scope.names.items():
            match next(one.bound for one in reversed(bindings) if one.bound != Changed()):
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Call():
                    yield name
                case ast.ClassDef(body=body):
                    yield from (f"{name}.{one.name}" for one in body if isinstance(one, Function))
                case _:
                    continue

    def _meanings(self, name: ast.expr, scope: Scope) -> tuple[Meaning, ...]:
        try:
            found = find(name, scope)
        except Unknowable:
            return ()
        return () if _are_builtin(found) else found

    def _found(self, meaning: Meaning) -> Found:
        if meaning is None:
            return Unseen(line=1)
        made = self._made(meaning)
        if made is not None:
            return made
        line, file = meaning.at[0], _file_of(meaning.scope)
        match meaning.bound:
            case Import(path=path):
                return Unseen(line=line, file=file, imported_from=path)
            case ast.Call() | ast.Subscript() | ast.Attribute() | ast.IfExp() | ast.BoolOp():
                return Unseen(line=line, file=file)
            case _:
                return Plain(line=line, file=file)

    def _made(self, meaning: Meaning) -> MadeFlow | None:
        match meaning:
            case Definition(bound=ast.FunctionDef() | ast.AsyncFunctionDef() as node):
                return self._decorated(node, meaning.scope.until(meaning.at))
            case Definition(bound=ast.expr() as node, scope=scope, at=at):
                if node in self._open:
                    return None  # modules that import each other can make a ring of names
                self._open.add(node)
                made = self._assigned(node, scope.until(at))
                self._open.discard(node)
                return made
            case _:
                return None

    def _decorated(self, node: Function, scope: Scope) -> MadeFlow | None:
        """The outermost `flow` counts or, where there is none, the first that may be one."""
        made = [(at, self._makers.maker(one, scope)) for at, one in enumerate(node.decorator_list)]
        found = [(at, one) for at, one in made if one is not None]
        clear = [(at, one) for at, one in found if one.opaque is None]
        for at, one in clear or found:
            below = node.decorator_list[at + 1 : at + 2]
            inner = one.inner or (self._makers.inner(below[0], scope) if below else None)
            return MadeFlow(
                node=node, scope=scope, settings=one.settings, wrapper=one.opaque, inner=inner
            )
        return None

    def _assigned(self, node: ast.expr, scope: Scope) -> MadeFlow | None:
        match node:
            case ast.Name() | ast.Attribute():
                meanings = self._meanings(node, scope)
                return self._made(meanings[-1]) if meanings else None
            case ast.Call(func=ast.Attribute(value=base, attr="with_options")):
                made = self._assigned(base, scope)
                return made and self._with_options(made, self._makers.options(node, scope))
            case ast.Call():
                return self._called(node, scope)
            case _:
                return None

    def _with_options(self, made: MadeFlow, given: Given) -> MadeFlow:
        return replace(made, settings=overridden(made.settings, given))

    def _called(self, call: ast.Call, scope: Scope) -> MadeFlow | None:
        """`flow(function, ...)` and `flow(...)(function)`."""
        function = self._function(call, scope)
        maker = function and self._makers.maker(
            call.func, scope, given=self._makers.keywords(call, scope)
        )
        if function is None or maker is None:
            return None
        node, its_scope = function
        return MadeFlow(
            node=node,
            scope=its_scope,
            settings=maker.settings,
            wrapper=maker.opaque,
            inner=maker.inner,
        )

    def _function(self, call: ast.Call, scope: Scope) -> tuple[Function | ast.Lambda, Scope] | None:
        """The function that is handed to a call, and the scope in which it stands."""
        named = [keyword.value for keyword in call.keywords if keyword.arg == "fn"]
        match [*call.args, *named]:
            case [ast.Lambda() as node, *_]:
                return node, scope
            case [ast.Name() | ast.Attribute() as name, *_]:
                return _last_function(self._meanings(name, scope))
            case _:
                return None


def _last_function(meanings: tuple[Meaning, ...]) -> tuple[Function, Scope] | None:
    match meanings:
        case [*_, Definition(bound=ast.FunctionDef() | ast.AsyncFunctionDef() as node) as last]:
            return node, last.scope.until(last.at)
        case _:
            return None


def _are_builtin(meanings: tuple[Meaning, ...]) -> bool:
    return all(one is not None and one.at == (0, 0) for one in meanings)


def _file_of(scope: Scope) -> Path | None:
    imports = scope.module.imports
    return None if imports is None else imports.file
