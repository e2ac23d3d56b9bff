"""Which definitions a name stands for at one place of a module, or of another that it imports."""

import ast
import builtins
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Protocol, TypeAlias

from compiler.entrypoints.binding import (
    Binding,
    Bound,
    Changed,
    Import,
    Names,
    Place,
    Star,
    names_of,
    stars_of,
)

END: Place = (1 << 62, 0)
# Packages that are taken for what they are, whatever a repository may call its modules.
OUTSIDE = frozenset(
    {
        *sys.stdlib_module_names,
        "annotated_types",
        "prefect",
        "pydantic",
        "pydantic_core",
        "pydantic_settings",
        "typing_extensions",
    }
)
# Bases from which a class gets no function that could be a flow.
_WITHOUT_MEMBERS = (
    "builtins.object",
    "abc.ABC",
    "typing.Generic",
    "typing.Protocol",
    "typing_extensions.Generic",
    "typing_extensions.Protocol",
)


class Unknowable(Exception):
    """The source alone does not say what this expression stands for."""


class Undefined(Unknowable):
    """The name surely has no value here: Python would raise NameError."""


class Missing(Unknowable):
    """A class or function that is wholly seen has no such attribute."""


class Unresolved(Unknowable):
    """A string within a type names nothing that pydantic could find."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The names that can be seen before one place, the inner ones first."""

    names: Names
    before: Place = END
    outer: "Scope | None" = None
    stars: tuple[Star, ...] = ()
    imports: "Imports | None" = None

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


class Imports(Protocol):
    """Where the imports of one module lead."""

    @property
    def file(self) -> Path:
        """The file of the module itself."""

    def follow(self, bound: Import) -> tuple[Meaning, ...] | None:
        """What is imported, found in its own module; None where that cannot or need not be.

        It need not where it is a module itself, or lies outside the repository.
        """

    def starred(self, star: Star, name: str) -> tuple[Meaning, ...] | None:
        """What a `from … import *` binds `name` to; None where that cannot be told."""


@lru_cache(maxsize=64)
def _names_within(body: tuple[ast.stmt, ...]) -> Names:
    """The names of a class, which every use of one of its constants asks for."""
    return names_of(list(body))


def module_scope(tree: ast.Module) -> Scope:
    """All names of a module, as they stand when it has run; its imports are not followed."""
    return Scope(names=names_of(tree.body), stars=stars_of(tree.body))


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


def attributes(owner: Meaning, names: Sequence[str]) -> tuple[Meaning, ...]:
    """What `owner.first.second…` stands for.

    Raises:
        Unknowable: an attribute of something that is no module or class.
    """
    found: tuple[Meaning, ...] = (owner,)
    for name in names:
        found = tuple(one for each in found for one in _attribute(each, name))
    return found


def _find_name(name: str, scope: Scope) -> tuple[Meaning, ...]:
    found = own_names(name, scope)
    if found:
        return found
    if scope.outer is not None:
        return _find_name(name, scope.outer)
    if hasattr(builtins, name):
        return (Definition(bound=Import(f"builtins.{name}"), scope=scope),)
    raise Unknowable if found is None else Undefined


def own_names(name: str, scope: Scope) -> tuple[Meaning, ...] | None:
    """What a scope itself binds a name to, the scopes around it left out.

    None where nothing is seen, but it imports everything of something that cannot be seen.
    """
    found = list(_named(name, scope))
    hidden: list[Star] = []
    for star in scope.stars:
        starred = _starred(star, name, scope) if star.at < scope.before else ()
        found += [(star.at, one) for one in starred or ()]
        hidden += [star] if starred is None else []
    if hidden and not found:
        return None
    found += [(star.at, None) for star in hidden if _may_replace(star, found)]
    return tuple(one for _, one in sorted(found, key=_place))


def _may_replace(star: Star, found: Sequence[tuple[Place, Meaning]]) -> bool:
    """Whether something that cannot be seen may stand for a name that was bound before."""
    is_package_we_know = star.path.partition(".")[0] in OUTSIDE
    return not is_package_we_know and any(place < star.at for place, _ in found)


def _named(name: str, scope: Scope) -> Iterator[tuple[Place, Meaning]]:
    may_change = False
    for binding in scope.names.get(name, ()):
        if binding.at >= scope.before:
            continue
        if isinstance(binding.bound, Changed):
            if may_change:
                yield binding.at, None
            continue
        for one in _bound(binding, scope):
            may_change |= one is not None and isinstance(one.bound, ast.expr | ast.ClassDef)
            yield binding.at, one


def _place(found: tuple[Place, Meaning]) -> Place:
    return found[0]


def _bound(binding: Binding, scope: Scope) -> tuple[Meaning, ...]:
    if binding.bound is None:
        return (None,)
    return _followed(Definition(bound=binding.bound, scope=scope, at=binding.at))


def _followed(found: Definition) -> tuple[Meaning, ...]:
    imports = found.scope.module.imports
    if not isinstance(found.bound, Import) or imports is None:
        return (found,)
    followed = imports.follow(found.bound)
    return (found,) if followed is None else followed


def _starred(star: Star, name: str, scope: Scope) -> tuple[Meaning, ...] | None:
    return None if scope.imports is None else scope.imports.starred(star, name)


def _attribute(owner: Meaning, name: str) -> Iterator[Meaning]:
    match owner:
        case Definition(bound=Import(path=path, modules=modules), scope=scope, at=at):
            bound = Import(f"{path}.{name}", modules)
            yield from _followed(Definition(bound=bound, scope=scope, at=at))
        case Definition(bound=ast.ClassDef() as node, scope=scope):
            yield from members(node, scope, name=name)
        case Definition(bound=ast.FunctionDef() | ast.AsyncFunctionDef()):
            raise Missing
        case None:
            yield None
        case _:
            raise Unknowable


def members(node: ast.ClassDef, scope: Scope, *, name: str) -> tuple[Meaning, ...]:
    """What `name` is bound to in a class or in the first of its bases that has it."""
    for one in _lineage(_Class(node=node, scope=scope), ()):
        if one is None:
            raise Unknowable  # a base that cannot be seen may have it
        inside = replace(one.scope.within(one.node.body), before=END)
        if found := own_names(name, inside):
            return found
    raise Missing


def base_classes(node: ast.ClassDef, scope: Scope) -> list[Meaning]:
    """What the names of a class's bases stand for; None among them for other expressions."""
    before = scope.until((node.lineno, node.col_offset))
    return [meaning for base in node.bases for meaning in _base(base, before)]


def _base(base: ast.expr, scope: Scope) -> tuple[Meaning, ...]:
    try:
        return find(base, scope)
    except Unknowable:
        return (None,)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Class:
    """A class, and the scope in which it stands."""

    node: ast.ClassDef
    scope: Scope


_Line: TypeAlias = list[_Class | None]


def _lineage(owner: _Class, inner: tuple[ast.ClassDef, ...]) -> _Line:
    """A class and its bases in the order of Python's C3; None for a base that cannot be seen.

    `inner` are the classes of which this one is a base; the text may make a ring of them.
    """
    if owner.node in inner:
        raise Unknowable
    lines: list[_Line] = []
    direct: _Line = []
    before = owner.scope.until((owner.node.lineno, owner.node.col_offset))
    for base in owner.node.bases:
        named = base.value if isinstance(base, ast.Subscript) else base
        match _base(named, before):
            case (Definition(bound=Import(path=path)),) if path in _WITHOUT_MEMBERS:
                continue
            case (Definition(bound=ast.ClassDef() as node, scope=scope),):
                lines.append(_lineage(_Class(node=node, scope=scope), (*inner, owner.node)))
                direct.append(lines[-1][0])
            case _:
                lines.append([None])
                direct.append(None)
    return [owner, *_merged([*lines, direct])]


def _merged(lines: list[_Line]) -> _Line:
    merged: _Line = []
    while lines := [line for line in lines if line]:
        tails = [one for line in lines for one in line[1:]]
        heads = [line[0] for line in lines if not _is_in(line[0], tails)]
        if not heads:
            raise Unknowable  # Python refuses such bases
        head = heads[0]
        merged.append(head)
        if head is None:
            return merged
        lines = [line[1:] if _is_in(line[0], [head]) else line for line in lines]
    return merged


def _is_in(one: _Class | None, line: _Line) -> bool:
    return one is not None and any(each is not None and each.node is one.node for each in line)
