"""Works out what an expression of a module stands for, without running any of it.

Only the expressions below are understood, and only things of the closed table are
used; everything else raises `Unknowable`. The work is bounded.
"""

import ast
import contextlib
import enum
import operator
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Literal, NewType

from typing_extensions import TypeAliasType

from compiler.entrypoints.arithmetic import attempt, combined, settled, signed
from compiler.entrypoints.binding import Import, NamedAlias
from compiler.entrypoints.known import known, may_be_called
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
from compiler.entrypoints.text import call_text_method, concatenate, shown

_MOST_STEPS = 20_000


class Evaluator:
    """Evaluates expressions of one module; a class of the module is rebuilt once.

    `strings` is where pydantic would look for the names in a string within a type.
    """

    def __init__(self, *, strings: Scope) -> None:
        self._strings = strings
        self._steps = 0
        self._rebuilt: dict[ast.ClassDef, Rebuilt] = {}
        self._rebuilding: dict[ast.ClassDef, bool] = {}  # and whether all within are plain
        self._aliases: dict[ast.AST, object] = {}

    def value(self, node: ast.expr, scope: Scope) -> object:
        """The value of an expression.

        Raises:
            Unknowable: it cannot be told.
            Undefined: Python would raise NameError.
        """
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise Unknowable
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
                return combined(self.value(left, scope), self.value(right, scope), op=op)
            case ast.UnaryOp(op=sign, operand=operand):
                return signed(sign, self.value(operand, scope))
            case ast.JoinedStr(values=parts):
                return concatenate([self._piece(part, scope) for part in parts])
            case _:
                return self._collection(node, scope)

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
                return self._class(node, scope).type
            case Definition(bound=NamedAlias(name=name, value=value), scope=scope):
                if value not in self._aliases:
                    self._aliases[value] = TypeAliasType(name, self.value(value, scope))
                return self._aliases[value]
            case Definition(bound=ast.expr() as node, scope=scope, at=at):
                return self.value(node, scope.until(at))
            case _:
                pass
        raise Unknowable

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
                text = self.value(node.func.value, scope)
                if isinstance(text, str):
                    return call_text_method(text, node.func.attr, arguments=arguments, named=named)
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
        if function is str and len(arguments) == 1:
            return shown(arguments[0])
        if may_be_called(function) or self._is_instantiable(function):
            return settled(attempt(function, *arguments, **named))
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
            case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                return shown(self.value(value, scope))
            case _:
                raise Unknowable

    def _collection(self, node: ast.expr, scope: Scope) -> object:
        match node:
            case ast.Tuple(elts=parts):
                return tuple(self.value(part, scope) for part in parts)
            case ast.List(elts=parts):
                return [self.value(part, scope) for part in parts]
            case ast.Set(elts=parts):
                return settled(attempt(set, [self.value(part, scope) for part in parts]))
            case ast.Dict(keys=keys, values=values):
                pairs = [
                    (self.value(key, scope), self.value(value, scope))
                    for key, value in zip(keys, values, strict=True)
                    if key is not None
                ]
                if len(pairs) == len(keys):
                    return attempt(dict, pairs)
            case _:
                pass
        raise Unknowable


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
