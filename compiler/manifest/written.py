"""What a value looks like in the file, beside what YAML made of it.

A plain scalar is one without quotes.  YAML's old types make booleans, numbers and dates of
some of them, and a reader of the file does not see it.
"""

import re
from collections.abc import Iterator

from compiler.source.locate import Step
from compiler.source.nodes import Mapping, Node, Scalar, Sequence

_BOOLEANS = frozenset({"yes", "no", "on", "off"})
_ODD_NUMBER = re.compile(r"[+-]?(0[0-7_]+|[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?)")


def is_plain(scalar: Scalar) -> bool:
    """Whether it was written without quotes, on one line."""
    start, end = scalar.span.start, scalar.span.end
    return start.line == end.line and end.column - start.column == len(scalar.text)


def boolean_in_disguise(scalar: Scalar) -> bool:
    """Whether it is true or false to YAML, and a word to people."""
    return isinstance(scalar.value, bool) and scalar.text.casefold() in _BOOLEANS


def number_in_disguise(scalar: Scalar) -> bool:
    """Whether YAML made a number of it that is written in another way."""
    is_number = isinstance(scalar.value, int | float) and not isinstance(scalar.value, bool)
    return is_number and str(scalar.value) != scalar.text


def odd_number(scalar: Scalar) -> bool:
    """Whether it is a number in base 8 or 60, which nobody means."""
    return number_in_disguise(scalar) and _ODD_NUMBER.fullmatch(scalar.text) is not None


def date_in_disguise(scalar: Scalar) -> bool:
    """Whether YAML made a date of it, and wrote that in another way."""
    is_read_anew = isinstance(scalar.value, str) and scalar.value != scalar.text
    return is_read_anew and "{{" not in scalar.text and is_plain(scalar)


def leaves(node: Node, path: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], Scalar]]:
    """Every scalar below `node`, with the steps that lead to it."""
    match node:
        case Scalar():
            yield path, node
        case Sequence(items):
            for place, item in enumerate(items):
                yield from leaves(item, (*path, place))
        case Mapping():
            for name, item in node:
                yield from leaves(item, (*path, name))
