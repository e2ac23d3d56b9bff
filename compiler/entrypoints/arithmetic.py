"""Operators, and the borders within which calls and operators are tried for real."""

import ast
import operator
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import PurePath
from uuid import UUID

from pydantic_core import SchemaError

from compiler.entrypoints.scope import Unknowable
from compiler.entrypoints.text import LONGEST, LONGEST_REPEATED, fill_in

# What Python and pydantic say to arguments and types that they do not take.
REFUSALS = (
    TypeError,
    ValueError,
    ArithmeticError,
    LookupError,
    AttributeError,
    NameError,
    AssertionError,
    RuntimeError,
    OSError,
    SchemaError,
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
_ORDERS: Mapping[type[ast.cmpop], object] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
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
        case ast.Pow() | ast.LShift(), int(), int():
            return _grown(left, right, op=op)
        case ast.Div(), PurePath(), str() | PurePath():
            return attempt(operator.truediv, left, right)
        case ast.BitOr(), _, _:
            made = attempt(operator.or_, left, right)
            if isinstance(left, str) or isinstance(right, str):
                raise Unknowable  # pydantic would evaluate the text
            return made
        case _:
            return _combined_parts(left, right, op=op)


def _combined_parts(left: object, right: object, *, op: ast.operator) -> object:
    match op, left, right:
        case (
            (ast.Add(), str(), str()) | (ast.Add(), list(), list()) | (ast.Add(), tuple(), tuple())
        ):
            return _joined(left, right)
        case (ast.Mult(), str() | list() | tuple(), int()):
            return _repeated(left, right)
        case ast.Mult(), int(), str() | list() | tuple():
            return _repeated(right, left)
        case ast.Mod(), str(), _:
            return fill_in(left, right)
        case _:
            raise Unknowable


def signed(sign: ast.unaryop, operand: object) -> object:
    """`-operand`, `+operand`, `~operand` or `not operand`."""
    match sign, operand:
        case ast.USub(), int() | float() | timedelta() | Decimal():
            return -operand
        case ast.UAdd(), int() | float():
            return +operand
        case ast.Invert(), int() if type(operand) is int:
            return ~operand
        case ast.Not(), _:
            return not is_true(operand)
        case _:
            raise Unknowable


def compared(left: object, right: object, *, op: ast.cmpop) -> bool:
    """`left op right`, for numbers, texts and None."""
    match op, left, right:
        case ((ast.Is() | ast.IsNot()), _, None):
            return (left is None) == isinstance(op, ast.Is)
        case ((ast.Eq() | ast.NotEq()), (int() | float() | str()), (int() | float() | str())):
            return (left == right) == isinstance(op, ast.Eq)
        case _, (int() | float()), (int() | float()):
            return bool(attempt(_ORDERS.get(type(op)), left, right))
        case _, str(), str():
            return bool(attempt(_ORDERS.get(type(op)), left, right))
        case _:
            raise Unknowable


def is_true(value: object) -> bool:
    """Whether a value counts as true, for values that have no say in it."""
    if value is None or type(value) in (bool, int, float, str, bytes, list, dict, tuple):
        return bool(value)
    if isinstance(value, date | time | PurePath | UUID):
        return True
    raise Unknowable


def settled(value: object) -> object:
    """The value, unless it is a set whose order differs from run to run."""
    if isinstance(value, set | frozenset) and not _has_an_order(value):
        raise Unknowable
    return value


def _has_an_order(members: AbstractSet[object]) -> bool:
    return len(members) < 2 or all(type(member) is int for member in members)


def _grown(left: int, right: int, *, op: ast.operator) -> object:
    """`left ** right` or `left << right`, where the outcome is no larger than we allow."""
    bits = left.bit_length() * right if isinstance(op, ast.Pow) else left.bit_length() + right
    if not 0 <= right <= _MOST_BITS or bits > _MOST_BITS:
        raise Unknowable
    return left**right if isinstance(op, ast.Pow) else left << right


def _repeated(part: object, times: int) -> object:
    if isinstance(part, str | list | tuple) and _weight(part) * times <= LONGEST_REPEATED:
        return attempt(operator.mul, part, times)
    raise Unknowable


def _weight(value: str | list[object] | tuple[object, ...]) -> int:
    """How much there is in a value, counted no further than to the longest that is repeated."""
    weight, waiting = 0, [value]
    while waiting and weight <= LONGEST_REPEATED:
        part = waiting.pop()
        weight += len(part)
        if not isinstance(part, str):
            waiting += [one for one in part if isinstance(one, str | list | tuple)]
            weight += LONGEST_REPEATED * any(isinstance(one, dict | set) for one in part)
    return weight


def _joined(left: object, right: object) -> object:
    joined = attempt(operator.add, left, right)
    if isinstance(joined, str | list | tuple) and len(joined) <= LONGEST:
        return joined
    raise Unknowable


def _bounded(number: object) -> object:
    if isinstance(number, int) and number.bit_length() > _MOST_BITS:
        raise Unknowable
    return number
