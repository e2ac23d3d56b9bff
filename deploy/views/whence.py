"""Where a field comes from, in lines.  Pure: value to text."""

from collections.abc import Iterator
from dataclasses import dataclass

from compiler.desired.address import Address
from compiler.desired.json import Json
from compiler.diagnostics import Span
from compiler.plan.mask import quoted
from compiler.source.sources import Sources
from deploy.views.letters import one_line, wrapped
from deploy.views.plan.lines import spelled

_LABEL = 16
_WIDE = 80  # columns from which what goes on stands below its beginning
_DEEP = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Whence:
    """All that is known of one field.

    `written` is where its value stands, `over` where the value stands that an overlay took the
    place of, `via` what a template put into it.  `wanted` and `there` are None where nothing
    gives them; `has_wanted` and `is_there` say whether something does.
    """

    address: Address
    field: str
    written: Span | None
    over: Span | None
    via: tuple[Span, ...]
    has_wanted: bool
    wanted: Json
    is_there: bool
    there: Json
    last: Json
    has_last: bool
    decision: str


def render(found: Whence, sources: Sources, columns: int | None = None) -> str:
    """The way of the value from the file to the decision; `columns` are the terminal's."""
    lines = [f"{one_line(str(found.address))}: {one_line(found.field)}"]
    for label, text in _way(found, sources):
        first = f"  {label:<{_LABEL}}"
        is_wide = columns is None or columns >= _WIDE
        lines += wrapped(text, columns, first=first, rest=" " * (len(first) if is_wide else _DEEP))
    return "\n".join(lines)


def _way(found: Whence, sources: Sources) -> Iterator[tuple[str, str]]:
    yield "written", _place(found.written, sources) if found.written else "nowhere"
    if found.over is not None and found.over != found.written:
        yield "in place of", _place(found.over, sources)
    for span in found.via:
        yield "filled in from", _place(span, sources)
    yield "wanted", _value(found.wanted) if found.has_wanted else "nothing"
    if found.has_last:
        yield "last applied", _value(found.last)
    yield "on the server", _value(found.there) if found.is_there else "nothing"
    yield "decision", found.decision


def _place(span: Span, sources: Sources) -> str:
    line = sources.line(span.file, span.start.line)
    return f"{span}  {one_line(quoted(line).strip())}" if line else str(span)


def _value(value: Json) -> str:
    return one_line(spelled(value))
