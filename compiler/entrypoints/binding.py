"""What the names of a module are bound to, and where each binding stands.

A name may be bound more than once: by both branches of an `if`, or by something that
cannot be followed, such as a loop. Every binding is kept; readers decide what that means.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Place: TypeAlias = tuple[int, int]

# Methods that classes and flows of users have called on them, and that leave them as they are.
_HARMLESS_METHODS = (
    "model_rebuild",
    "update_forward_refs",
    "register",
    "serve",
    "deploy",
    "visualize",
)


@dataclass(frozen=True, slots=True)
class Import:
    """A thing of another module, such as `prefect.flow`; relative ones begin with dots.

    The first names of the path, as many as `modules`, are surely those of a module.
    """

    path: str
    modules: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class NamedAlias:
    """A statement `type name = value` (PEP 695) without parameters."""

    name: str
    value: ast.expr


@dataclass(frozen=True, slots=True)
class Changed:
    """Stands where the text changes in place what a name is bound to before."""


Bound: TypeAlias = Import | NamedAlias | Changed | ast.ClassDef | Function | ast.expr
Names: TypeAlias = Mapping[str, tuple["Binding", ...]]


@dataclass(frozen=True, slots=True)
class Binding:
    """One binding of a name; `bound` is None when what it is bound to is not followed."""

    at: Place
    bound: Bound | None


@dataclass(frozen=True, slots=True)
class Star:
    """A `from … import *`; `path` is the module, relative ones begin with dots."""

    at: Place
    path: str


def names_of(body: list[ast.stmt]) -> Names:
    """Bindings by name, in the order of the text, of a module, a class or a function."""
    names: dict[str, list[Binding]] = {}
    for name, binding in _bindings(body):
        names.setdefault(name, []).append(binding)
    changeable = {name for name, found in names.items() if any(map(_may_change, found))}
    for owner, at in _changes(body):
        if owner in changeable:
            names[owner].append(Binding(at, Changed()))
    return {name: tuple(found) for name, found in names.items()}


def _may_change(binding: Binding) -> bool:
    return isinstance(binding.bound, ast.expr | ast.ClassDef | Import)


def stars_of(body: list[ast.stmt]) -> tuple[Star, ...]:
    """Every `from … import *`: each may bind names that the text does not show."""
    return tuple(
        Star((statement.lineno, statement.col_offset), _source(statement))
        for statement in statements(body)
        if isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*"
    )


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that may run when the body does, those within `if`, `try` and the like too."""
    for statement in body:
        yield statement
        for part in _parts(statement):
            yield from statements(part)


def _parts(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    match statement:
        case ast.If(test=test, body=body, orelse=orelse):
            if not _is_false_when_loaded(test):
                yield body
            yield orelse
        case (
            ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=last)
            | ast.TryStar(body=body, handlers=handlers, orelse=orelse, finalbody=last)
        ):
            yield from (body, *(handler.body for handler in handlers), orelse, last)
        case (
            ast.For(body=body, orelse=orelse)
            | ast.AsyncFor(body=body, orelse=orelse)
            | ast.While(body=body, orelse=orelse)
        ):
            yield from (body, orelse)
        case ast.With(body=body) | ast.AsyncWith(body=body):
            yield body
        case ast.Match(cases=cases):
            yield from (case.body for case in cases)
        case _:
            return


def _is_false_when_loaded(test: ast.expr) -> bool:
    match test:
        case ast.Name(id="TYPE_CHECKING") | ast.Constant(value=False):
            return True
        case ast.Attribute(value=ast.Name(id="typing"), attr="TYPE_CHECKING"):
            return True
        case ast.Compare(
            left=ast.Name(id="__name__"),
            ops=[ast.Eq()],
            comparators=[ast.Constant(value="__main__")],
        ):
            return True
        case _:
            return False


def _bindings(body: list[ast.stmt]) -> Iterator[tuple[str, Binding]]:
    for statement in statements(body):
        at = (statement.lineno, statement.col_offset)
        for name, bound in _bound_by(statement):
            yield name, Binding(at, bound)


def _bound_by(statement: ast.stmt) -> Iterator[tuple[str, Bound | None]]:
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield statement.name, statement
        case ast.Import() | ast.ImportFrom():
            yield from _imported(statement)
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _assigned(target, value)
        case ast.AnnAssign(target=ast.Name(id=name), value=value):
            if value is not None:
                yield name, value
        case _ if type(statement).__name__ == "TypeAlias":  # Python 3.12 has the class, 3.11 not
            yield from _type_alias(statement)
        case _:
            for name in _stored(statement):
                yield name, None


def _imported(statement: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, Bound | None]]:
    for alias in statement.names:
        if isinstance(statement, ast.ImportFrom):
            source = _source(statement)
            path = f"{source}{'.' if statement.module else ''}{alias.name}"
            modules = len(statement.module.split(".")) if statement.module else 0
            yield alias.asname or alias.name, Import(path, modules)
        else:
            path = alias.name if alias.asname else alias.name.partition(".")[0]
            yield alias.asname or path, Import(path, len(path.split(".")))


def _source(statement: ast.ImportFrom) -> str:
    return "." * statement.level + (statement.module or "")


def _assigned(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, Bound | None]]:
    match target, value:
        case ast.Name(id=name), _:
            yield name, value
        case (ast.Tuple(elts=left), ast.Tuple(elts=right)) if len(left) == len(right):
            for one, its_value in zip(left, right, strict=True):
                yield from _assigned(one, its_value)
        case _:
            for name in _stored(target):
                yield name, None


def _type_alias(statement: ast.stmt) -> Iterator[tuple[str, Bound | None]]:
    fields = dict(ast.iter_fields(statement))
    match fields:
        case {"name": ast.Name(id=name), "value": ast.expr() as value, "type_params": []}:
            yield name, NamedAlias(name, value)
        case {"name": ast.Name(id=name)}:
            yield name, None
        case _:
            return


def _stored(node: ast.AST) -> Iterator[str]:
    """Names that one statement's own parts bind, without the statements within it."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
        yield node.id
    for part in ast.iter_child_nodes(node):
        if not isinstance(part, ast.stmt | ast.excepthandler | ast.match_case):
            yield from _stored(part)


def _changes(body: list[ast.stmt]) -> Iterator[tuple[str, Place]]:
    """Names whose value a statement changes in place: `x[...] = …`, `x.y = …`, `x.append(…)`."""
    for statement in statements(body):
        at = (statement.lineno, statement.col_offset)
        yield from ((name, at) for name in _changed_by(statement) if name is not None)


def _changed_by(statement: ast.stmt) -> Iterator[str | None]:
    match statement:
        case ast.Assign(targets=targets) | ast.Delete(targets=targets):
            yield from (_owner(target) for target in targets)
        case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
            yield _owner(target)
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=inner, attr=method))):
            if method not in _HARMLESS_METHODS:
                yield _root(inner)
        case ast.FunctionDef(body=body) | ast.AsyncFunctionDef(body=body):
            yield from _globals(body)
        case _:
            return


def _globals(body: list[ast.stmt]) -> Iterator[str]:
    """Names of the module that a function says it binds, or one within it."""
    for statement in statements(body):
        match statement:
            case ast.Global(names=names):
                yield from names
            case ast.FunctionDef(body=inner) | ast.AsyncFunctionDef(body=inner):
                yield from _globals(inner)
            case ast.ClassDef(body=inner):
                yield from _globals(inner)
            case _:
                continue


def _owner(target: ast.expr) -> str | None:
    return _root(target.value) if isinstance(target, ast.Attribute | ast.Subscript) else None


def _root(node: ast.expr) -> str | None:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None
