"""What a value looks like in the file, beside what YAML made of it.

A plain scalar is one without quotes.  YAML's old types make booleans, numbers and dates of
some of them, and a reader of the file does not see it.
"""

import json
import re
from collections.abc import Iterator

from compiler.diagnostics import Edit, Fix, Safety, Span
from compiler.source.locate import Step
from compiler.source.nodes import Mapping, Node, Scalar, Sequence

_BOOLEANS = frozenset({"yes", "no", "on", "off"})
_ODD_NUMBER = re.compile(r"[+-]?(0[0-7_]+|[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?)")


def is_plain(scalar: Scalar) -> bool:
    """Whether it was written without quotes, on one line."""
    start, end = scalar.span.start, scalar.span.end
    return start.line == end.line and end.column - start.column == len(scalar.text)


def is_template(scalar: Scalar) -> bool:
    """Whether it was written with a template in it, filled in or not."""
    return "{{" in scalar.text


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
    return isinstance(scalar.value, str) and scalar.value != scalar.text and is_plain(scalar)


def in_quotes(scalar: Scalar, *, safety: Safety = Safety.SAFE) -> Fix | None:
    """Put quotes around it; None where it has some already."""
    if not is_plain(scalar):
        return None
    return replaced(scalar.span, json.dumps(scalar.text, ensure_ascii=False), safety=safety)


def replaced(at: Span, text: str, *, safety: Safety = Safety.UNSAFE) -> Fix:
    """Write `text` in place of what stands at `at`."""
    return Fix(message=f"write {text}", edits=(Edit(at, text),), safety=safety)


def renamed(key: Scalar | None, name: str) -> Fix | None:
    """Write `name` in place of a key or a plain value; None where it has quotes."""
    if key is None or not is_plain(key):
        return None
    return replaced(key.span, name)


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


def texts_of_mapping(node: Node | None) -> Iterator[tuple[str, Scalar]]:
    """Names and scalars of a mapping, or of a list of `{name: …, value: …}`."""
    match node:
        case Mapping():
            yield from ((name, item) for name, item in node if isinstance(item, Scalar))
        case Sequence(items):
            for item in items:
                value = item.get("value") if isinstance(item, Mapping) else None
                name = item.get("name") if isinstance(item, Mapping) else None
                if isinstance(value, Scalar) and isinstance(name, Scalar):
                    yield str(name.value), value
        case _:
            return
