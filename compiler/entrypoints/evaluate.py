"""Works out what an expression of a module stands for, without running any of it.

Only the expressions below are understood, and only things of the closed table are
used; everything else raises `Unknowable`. The work is bounded.
"""

import ast
import contextlib
import enum
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from types import BuiltinFunctionType
from typing import Annotated, ForwardRef, Literal, NewType, TypeVar

from typing_extensions import TypeAliasType

from compiler.entrypoints.arithmetic import attempt, combined, compared, is_true, settled, signed
from compiler.entrypoints.binding import Import, NamedAlias
from compiler.entrypoints.known import known, may_be_called
from compiler.entrypoints.method import call_function, call_method, has_methods
from compiler.entrypoints.rebuild import Rebuilt, is_namespace, rebuild
from compiler.entrypoints.scope import (
    Definition,
    Meaning,
    Scope,
    Undefined,
    Unknowable,
    Unresolved,
    find,
    members,
)
from compiler.entrypoints.text import concatenate, formatted, shown

_MOST_STEPS = 20_000
_STEPS_A_PARAMETER = 100
_LETTERS_A_STEP = 100
_PARTS_A_STEP = 20
Part = TypeVar("Part")


def _a_function(*_arguments: object, **_named: object) -> object:
    """Stand for a function: pydantic shows none as a default, and nobody may call it here."""
    raise Unknowable


class Evaluator:
    """Evaluates expressions of one module; a class of the module is rebuilt once.

    `strings` is where pydantic would look for the names in a string within a type.
    """

    def __init__(self, *, strings: Scope, parameters: int = 0) -> None:
        self._strings = strings
        self._steps_left = _MOST_STEPS + _STEPS_A_PARAMETER * parameters
        self._rebuilt: dict[ast.ClassDef, Rebuilt] = {}
        self._rebuilding: dict[ast.ClassDef, bool] = {}  # and whether all within are plain
        self._aliases: dict[ast.AST, object] = {}

    def value(self, node: ast.expr, scope: Scope) -> object:
        """The value of an expression.

        Raises:
            Unknowable: it cannot be told.
            Undefined: Python would raise NameError.
        """
        self._count(1)
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name():
                return self._agreed(find(node, scope))
            case ast.Attribute(value=inner, attr=name):
                return self._attribute(inner, scope, name=name)
            case ast.Subscript(value=inner, slice=index):
                return self._subscript(self.value(inner, scope), self.value(index, scope))
            case ast.Call():
                return self._call(node, scope)
            case _:
                return self._composed(node, scope)

    def _composed(self, node: ast.expr, scope: Scope) -> object:
        match node:
            case ast.BinOp(left=left, op=op, right=right):
                operands = self.value(left, scope), self.value(right, scope)
                return self._weighed(combined(*operands, op=op))
            case ast.UnaryOp(op=sign, operand=operand):
                return signed(sign, self.value(operand, scope))
            case ast.JoinedStr(values=parts):
                return self._weighed(concatenate([self._piece(part, scope) for part in parts]))
            case ast.Lambda():
                return _a_function
            case _:
                return self._chosen(node, scope)

    def _chosen(self, node: ast.expr, scope: Scope) -> object:
        match node:
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self.value(body if is_true(self.value(test, scope)) else orelse, scope)
            case ast.BoolOp(op=op, values=values):
                return self._first(values, scope, when=isinstance(op, ast.Or))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return compared(self.value(left, scope), self.value(right, scope), op=op)
            case _:
                return self._collection(node, scope)

    def _first(self, nodes: Sequence[ast.expr], scope: Scope, *, when: bool) -> object:
        """The first value that counts as true, or as false; the last where none does."""
        *others, last = nodes
        for node in others:
            value = self.value(node, scope)
            if is_true(value) is when:
                return value
        return self.value(last, scope)

    def annotation(self, node: ast.expr, scope: Scope) -> object:
        """The type that an annotation stands for; an annotation that is a string is read.

        It is never a string itself: pydantic would evaluate that.
        """
        value = self.value(node, scope)
        if isinstance(value, str):
            value = self.value(parse_expression(value), scope.module)
        if isinstance(value, str):
            raise Unknowable
        return value

    def _agreed(self, meanings: Sequence[Meaning]) -> object:
        """What all bindings of a name agree on."""
        first, *others = [self._meaning(meaning) for meaning in meanings]
        if all(_agree(first, other) for other in others):
            return first
        raise Unknowable

    def _meaning(self, meaning: Meaning) -> object:
        match meaning:
            case Definition(bound=Import(path=path)):
                if (thing := known(path)) is not None:
                    return thing
            case Definition(bound=ast.ClassDef() as node, scope=scope):
                if node is next(reversed(self._rebuilding), None):
                    return ForwardRef(node.name)  # pydantic knows the class that it is making
                return self._class(node, scope).type
            case Definition(bound=NamedAlias(name=name, value=value), scope=scope):
                if value not in self._aliases:
                    self._aliases[value] = TypeAliasType(name, self.value(value, scope))
                return self._aliases[value]
            case Definition(bound=ast.expr() as node, scope=scope, at=at):
                return self._weighed(self.value(node, scope.until(at)))
            case _:
                pass
        raise Unknowable

    def _count(self, steps: int) -> None:
        self._steps_left -= steps
        if self._steps_left < 0:
            raise Unknowable

    def _counted_factory(self, factory: object) -> Callable[[], object]:
        """The factory of a field's default; factories may call one another again and again."""

        def make() -> object:
            self._count(1)
            return attempt(factory)

        return make

    def _weighed(self, made: object) -> object:
        """The value; a long one is as much work as many short ones."""
        if isinstance(made, str):
            self._count(len(made) // _LETTERS_A_STEP)
        elif isinstance(made, list | tuple | dict | set | frozenset):
            self._count(len(made) // _PARTS_A_STEP)
        return made

    def _class(self, node: ast.ClassDef, scope: Scope) -> Rebuilt:
        if node in self._rebuilding:
            raise Unknowable
        if node not in self._rebuilt:
            strings, self._strings = self._strings, scope.module
            self._rebuilding[node] = True
            try:
                made = rebuild(node, scope, reads=self)
            finally:
                its_parts_are_plain = self._rebuilding.pop(node)
                self._strings = strings
            self._rebuilt[node] = replace(made, is_plain=made.is_plain and its_parts_are_plain)
        if not self._rebuilt[node].is_plain:
            self._rebuilding = dict.fromkeys(self._rebuilding, False)
        return self._rebuilt[node]

    def _attribute(self, inner: ast.expr, scope: Scope, *, name: str) -> object:
        owners: tuple[Meaning, ...] = ()
        if isinstance(inner, ast.Name | ast.Attribute):
            with contextlib.suppress(Unknowable):
                owners = find(inner, scope)
        match owners:
            case (Definition(bound=Import()), *_):
                return self._agreed(find(ast.Attribute(inner, name), scope))
            case (Definition(bound=ast.ClassDef() as node, scope=its_scope),):
                if is_namespace(node, its_scope):
                    return self._agreed(members(node, its_scope, name=name))
            case _:
                pass
        return _attribute_of(self.value(inner, scope), name)

    def _subscript(self, owner: object, index: object) -> object:
        if owner is Literal or isinstance(owner, dict | list | tuple | enum.EnumType):
            return attempt(operator.getitem, owner, index)
        if owner is Annotated and isinstance(index, tuple) and index:
            return attempt(operator.getitem, owner, (self._part(index[0]), *index[1:]))
        return attempt(operator.getitem, owner, self._part(index))

    def _part(self, part: object) -> object:
        """A part of a type, without strings: pydantic would evaluate them."""
        if isinstance(part, str):
            try:
                return self._part(self.value(parse_expression(part), self._strings))
            except Undefined as error:
                raise Unresolved from error
        if isinstance(part, list):
            return [self._part(one) for one in part]
        if isinstance(part, tuple):
            return tuple(self._part(one) for one in part)
        return part

    def _call(self, node: ast.Call, scope: Scope) -> object:
        if node in self._aliases:
            return self._aliases[node]
        arguments = [self.value(argument, scope) for argument in node.args]
        named = self._entries([(keyword.arg, keyword.value) for keyword in node.keywords], scope)
        if isinstance(node.func, ast.Attribute):
            with contextlib.suppress(Unknowable):
                owner = self.value(node.func.value, scope)
                if has_methods(owner):
                    return self._weighed(
                        call_method(owner, node.func.attr, arguments=arguments, named=named)
                    )
        made = self._made(self.value(node.func, scope), arguments, named=named)
        if isinstance(made, type | TypeAliasType):
            self._aliases[node] = made
        return made

    def _made(
        self, function: object, arguments: Sequence[object], *, named: dict[str, object]
    ) -> object:
        if function in (NewType, TypeAliasType):
            name, of = arguments if len(arguments) == 2 else (None, None)
            return attempt(function, name, self._part(of))
        if isinstance(function, NewType) and len(arguments) == 1:
            return arguments[0]
        if function is str and len(arguments) == 1:
            return shown(arguments[0])
        if isinstance(function, BuiltinFunctionType) or function is range:
            return call_function(function.__name__, [] if named else arguments)
        if "default_factory" in named:
            named["default_factory"] = self._counted_factory(named["default_factory"])
        if may_be_called(function) or self._is_instantiable(function):
            return self._weighed(settled(attempt(function, *arguments, **named)))
        raise Unknowable

    def _is_instantiable(self, thing: object) -> bool:
        """Whether it is a class whose making runs none of the module's code."""
        if isinstance(thing, enum.EnumType):
            return True
        return any(thing is found.type and found.is_plain for found in self._rebuilt.values())

    def _entries(
        self, entries: Sequence[tuple[str | None, ast.expr]], scope: Scope
    ) -> dict[str, object]:
        """Keyword arguments, with those of `**mapping` in their places."""
        named: dict[str, object] = {}
        for name, node in entries:
            value = self.value(node, scope)
            if name is not None:
                named[name] = value
            elif isinstance(value, dict):
                named.update({str(key): one for key, one in value.items()})
            else:
                raise Unknowable
        return named

    def _piece(self, part: ast.expr, scope: Scope) -> str:
        match part:
            case ast.Constant(value=str(text)):
                return text
            case ast.FormattedValue(value=value, conversion=conversion, format_spec=form):
                written = self.value(form, scope) if form else ""
                return formatted(self.value(value, scope), str(written), conversion=conversion)
            case _:
                raise Unknowable

    def _collection(self, node: ast.expr, scope: Scope) -> object:
        match node:
            case ast.Tuple(elts=parts):
                return tuple(self._parts(parts, scope))
            case ast.List(elts=parts):
                return list(self._parts(parts, scope))
            case ast.Set(elts=parts):
                return settled(attempt(set, list(self._parts(parts, scope))))
            case ast.Dict(keys=keys, values=values):
                return attempt(dict, list(self._pairs(zip(keys, values, strict=True), scope)))
            case _:
                raise Unknowable

    def _parts(self, nodes: Sequence[ast.expr], scope: Scope) -> Iterator[object]:
        for node in nodes:
            if not isinstance(node, ast.Starred):
                yield self.value(node, scope)
                continue
            several = self.value(node.value, scope)
            if not isinstance(several, list | tuple):
                raise Unknowable
            yield from self._counted(several)

    def _pairs(
        self, nodes: Iterable[tuple[ast.expr | None, ast.expr]], scope: Scope
    ) -> Iterator[tuple[object, object]]:
        for key, node in nodes:
            value = self.value(node, scope)
            if key is not None:
                yield self.value(key, scope), value
            elif isinstance(value, dict):
                yield from self._counted(list(value.items()))
            else:
                raise Unknowable

    def _counted(self, parts: Sequence[Part]) -> Sequence[Part]:
        """The parts, each of which is a step."""
        self._count(len(parts))
        return parts


def parse_expression(text: str) -> ast.expr:
    """The expression that a string spells.

    Raises:
        Unknowable: it spells none.
    """
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError) as error:
        raise Unknowable from error


def _agree(one: object, other: object) -> bool:
    return one is other or (
        type(one) is type(other) and isinstance(one, str | int) and one == other
    )


def _attribute_of(owner: object, name: str) -> object:
    if isinstance(owner, enum.EnumType) and name in owner.__members__:
        return owner.__members__[name]
    if isinstance(owner, enum.Enum) and name in ("name", "value"):
        return owner.name if name == "name" else owner.value
    raise Unknowable
