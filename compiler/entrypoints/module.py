"""Where in a module a function stands, and what makes it a flow."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from compiler.entrypoints.binding import Function, Import
from compiler.entrypoints.decorator import Given, Makers, overridden
from compiler.entrypoints.evaluate import Evaluator
from compiler.entrypoints.scope import Definition, Meaning, Scope, Unknowable, find, module_scope


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeFlow:
    """A function, what can be seen where it stands, and the settings that made it a flow."""

    node: Function | ast.Lambda
    scope: Scope
    settings: Given
    wrapper: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """A function, class or value that nothing makes a flow."""

    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """Something that another module, or a call that cannot be followed, makes."""

    line: int
    imported_from: str | None = None


Found: TypeAlias = MadeFlow | Plain | Unseen


class Module:
    """The names of one module, looked up as they stand when it has run."""

    def __init__(self, tree: ast.Module) -> None:
        self._scope = module_scope(tree)
        self._makers = Makers(Evaluator(strings=self._scope))

    def find(self, function: str) -> Found | None:
        """What `function` or `Class.method` names; None when there is nothing of that name."""
        if not all(part.isidentifier() for part in function.split(".")):
            return None
        first, *rest = function.split(".")
        name: ast.expr = ast.Name(first)
        for attribute in rest:
            name = ast.Attribute(name, attribute)
        meanings = self._meanings(name, self._scope)
        return self._found(meanings[-1]) if meanings else None

    def functions(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Names of the flows, and of the other functions, methods as `Class.method`."""
        found = {name: self.find(name) for name in self._function_names()}
        flows = tuple(name for name, one in found.items() if isinstance(one, MadeFlow))
        others = tuple(name for name, one in found.items() if not isinstance(one, MadeFlow))
        return flows, others

    def _function_names(self) -> Iterator[str]:
        for name, bindings in self._scope.names.items():
            match bindings[-1].bound:
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
        is_builtin = all(one is not None and one.at == (0, 0) for one in found)
        return () if is_builtin else found

    def _found(self, meaning: Meaning) -> Found:
        if meaning is None:
            return Unseen(line=1)
        made = self._made(meaning)
        if made is not None:
            return made
        line = meaning.at[0]
        match meaning.bound:
            case Import(path=path):
                return Unseen(line=line, imported_from=path)
            case ast.Call() | ast.Subscript() | ast.Attribute() | ast.IfExp() | ast.BoolOp():
                return Unseen(line=line)
            case _:
                return Plain(line=line)

    def _made(self, meaning: Meaning) -> MadeFlow | None:
        match meaning:
            case Definition(bound=ast.FunctionDef() | ast.AsyncFunctionDef() as node):
                return self._decorated(node, meaning.scope.until(meaning.at))
            case Definition(bound=ast.expr() as node, scope=scope, at=at):
                return self._assigned(node, scope.until(at))
            case _:
                return None

    def _decorated(self, node: Function, scope: Scope) -> MadeFlow | None:
        """The outermost `flow` counts or, where there is none, the first that may be one."""
        makers = [self._makers.maker(one, scope) for one in node.decorator_list]
        found = [one for one in makers if one is not None]
        clear = [one for one in found if one.opaque is None]
        for one in clear or found:
            return MadeFlow(node=node, scope=scope, settings=one.settings, wrapper=one.opaque)
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
        settings = overridden(made.settings, given)
        return MadeFlow(node=made.node, scope=made.scope, settings=settings, wrapper=made.wrapper)

    def _called(self, call: ast.Call, scope: Scope) -> MadeFlow | None:
        """`flow(function, ...)` and `flow(...)(function)`."""
        function = self._function(call, scope)
        maker = function and self._makers.maker(
            call.func, scope, given=self._makers.keywords(call, scope)
        )
        if function is None or maker is None:
            return None
        node, its_scope = function
        return MadeFlow(node=node, scope=its_scope, settings=maker.settings, wrapper=maker.opaque)

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
