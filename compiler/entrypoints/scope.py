"""Which definitions a name stands for at one place of a module."""

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias

from compiler.entrypoints.binding import (
    Bound,
    Import,
    Names,
    Place,
    imports_everything,
    names_of,
)

END: Place = (1 << 62, 0)


class Unknowable(Exception):
    """The source alone does not say what this expression stands for."""


class Undefined(Unknowable):
    """The name surely has no value here: Python would raise NameError."""


class Unresolved(Unknowable):
    """A string within a type names nothing that pydantic could find."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The names that can be seen before one place, the inner ones first."""

    names: Names
    before: Place = END
    outer: "Scope | None" = None
    has_star: bool = False

    def until(self, place: Place) -> "Scope":
        """The same names, as they stood when the text had run up to `place`."""
        outer = self.outer.until(place) if self.outer else None
        return replace(self, before=min(place, self.before), outer=outer)

    def within(self, body: list[ast.stmt]) -> "Scope":
        """The scope of a class or a function that stands in this one."""
        return Scope(names=_names_within(tuple(body)), before=self.before, outer=self)

    @property
    def module(self) -> "Scope":
        """The outermost scope, in which strings that are annotations are read."""
        return self if self.outer is None else self.outer.module


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What a name was bound to, and the scope in which that is to be read."""

    bound: Bound
    scope: Scope
    at: Place = (0, 0)


Meaning: TypeAlias = Definition | None


@lru_cache(maxsize=64)
def _names_within(body: tuple[ast.stmt, ...]) -> Names:
    """The names of a class, which every use of one of its constants asks for."""
    return names_of(list(body))


def module_scope(tree: ast.Module) -> Scope:
    """All names of a module, as they stand when it has run."""
    return Scope(names=names_of(tree.body), has_star=imports_everything(tree.body))


def find(node: ast.expr, scope: Scope) -> tuple[Meaning, ...]:
    """Everything a name or a dotted name may stand for, in the order of the text.

    None among them stands for something that cannot be followed.

    Raises:
        Undefined: there is no such name.
        Unknowable: it is no name, or an attribute of something that is no module or class.
    """
    match node:
        case ast.Name(id=name):
            return _find_name(name, scope)
        case ast.Attribute(value=inner, attr=attribute):
            return tuple(
                found for owner in find(inner, scope) for found in _attribute(owner, attribute)
            )
        case _:
            raise Unknowable


def _find_name(name: str, scope: Scope) -> tuple[Meaning, ...]:
    seen = [binding for binding in scope.names.get(name, ()) if binding.at < scope.before]
    if seen:
        return tuple(
            Definition(bound=binding.bound, scope=scope, at=binding.at) if binding.bound else None
            for binding in seen
        )
    if scope.outer is not None:
        return _find_name(name, scope.outer)
    if hasattr(builtins, name):
        return (Definition(bound=Import(f"builtins.{name}"), scope=scope),)
    raise Unknowable if scope.has_star else Undefined


def _attribute(owner: Meaning, name: str) -> Iterator[Meaning]:
    match owner:
        case Definition(bound=Import(path=path), scope=scope, at=at):
            yield Definition(bound=Import(f"{path}.{name}"), scope=scope, at=at)
        case Definition(bound=ast.ClassDef() as node, scope=scope):
            yield from members(node, scope, name=name)
        case None:
            yield None
        case _:
            raise Unknowable


def members(node: ast.ClassDef, scope: Scope, *, name: str) -> tuple[Meaning, ...]:
    """What `name` is bound to in a class or, failing that, in its bases of the same module."""
    inside = replace(scope.within(node.body), before=END)
    if name in inside.names:
        return _find_name(name, inside)
    for base in base_classes(node, scope):
        if isinstance(base, Definition) and isinstance(base.bound, ast.ClassDef):
            return members(base.bound, base.scope, name=name)
    raise Unknowable


def base_classes(node: ast.ClassDef, scope: Scope) -> list[Meaning]:
    """What the names of a class's bases stand for; None among them for other expressions."""
    before = scope.until((node.lineno, node.col_offset))
    return [meaning for base in node.bases for meaning in _base(base, before)]


def _base(base: ast.expr, scope: Scope) -> tuple[Meaning, ...]:
    try:
        return find(base, scope)
    except Unknowable:
        return (None,)
