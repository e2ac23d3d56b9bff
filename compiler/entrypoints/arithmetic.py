"""Operators, and the borders within which calls and operators are tried for real."""

import ast
import operator
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from pathlib import PurePath

from pydantic.errors import PydanticUserError

from compiler.entrypoints.scope import Unknowable
from compiler.entrypoints.text import LONGEST

# What Python and pydantic say to arguments and types that they do not take.
REFUSALS = (
    TypeError,
    ValueError,
    ArithmeticError,
    LookupError,
    AttributeError,
    NameError,
    NotImplementedError,
    AssertionError,
    PydanticUserError,
)
_MOST_BITS = 1_024
_NUMBERS: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}


def attempt(function: object, *arguments: object, **named: object) -> object:
    """The outcome of a call.

    Raises:
        Unknowable: the function refuses these arguments.
    """
    if not callable(function):
        raise Unknowable
    try:
        made: object = function(*arguments, **named)
    except REFUSALS as error:
        raise Unknowable from error
    return made


def combined(left: object, right: object, *, op: ast.operator) -> object:
    """`left op right`, for numbers, texts, lists, tuples, paths and unions of types."""
    if isinstance(left, int | float) and isinstance(right, int | float) and type(op) in _NUMBERS:
        return _bounded(attempt(_NUMBERS[type(op)], left, right))
    match op, left, right:
        case (
            (ast.Add(), str(), str()) | (ast.Add(), list(), list()) | (ast.Add(), tuple(), tuple())
        ):
            return _joined(left, right)
        case ast.Div(), PurePath(), str() | PurePath():
            return attempt(operator.truediv, left, right)
        case ast.BitOr(), _, _ if not isinstance(left, str) and not isinstance(right, str):
            return attempt(operator.or_, left, right)
    raise Unknowable


def signed(sign: ast.unaryop, operand: object) -> object:
    """`-operand`, `+operand` or `not operand`."""
    match sign, operand:
        case ast.USub(), int() | float():
            return -operand
        case ast.UAdd(), int() | float():
            return +operand
        case ast.Not(), bool() | int() | str() | None:
            return not operand
        case _:
            raise Unknowable


def settled(value: object) -> object:
    """The value, unless it is a set whose order differs from run to run."""
    if isinstance(value, set | frozenset) and not _has_an_order(value):
        raise Unknowable
    return value


def _has_an_order(members: AbstractSet[object]) -> bool:
    return len(members) < 2 or all(type(member) is int for member in members)


def _joined(left: object, right: object) -> object:
    joined = attempt(operator.add, left, right)
    if isinstance(joined, str | list | tuple) and len(joined) <= LONGEST:
        return joined
    raise Unknowable


def _bounded(number: object) -> object:
    if isinstance(number, int) and number.bit_length() > _MOST_BITS:
        raise Unknowable
    return number
