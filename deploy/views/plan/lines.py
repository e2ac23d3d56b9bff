"""What a change looks like, line by line, for every format that people read.  Pure.

A short change is one line.  A longer one becomes what differs in it: the lines of a text, the
places of a nested value; what stays is counted.  No control character gets through.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, TypeAlias

from compiler.desired.json import Json
from compiler.plan.document import ChangePart
from deploy.views.letters import one_line, width

Mark: TypeAlias = Literal["+", "-", "~", " ", "…"]
_CONTEXT = 2  # lines that are shown before and after one that differs
_LONGEST = 240  # characters of a line; of a longer one the part that differs is shown
_BEFORE_DIFFERENCE = 40
_COMPARABLE = 4_000_000  # pairs of lines; beyond, all of both is shown
_Step: TypeAlias = tuple[str, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a change; `…` counts what is left out, `~` holds both sides."""

    mark: Mark
    text: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Shape:
    """A change as one line (`inline`), or as many."""

    inline: str | None = None
    lines: tuple[Line, ...] = ()


def shape(change: ChangePart, room: int) -> Shape:
    """How a change is shown where a line has room for so many columns."""
    match change.how:
        case "added":
            return _one_side("+", change.after, room)
        case "removed":
            return _one_side("-", change.before, room)
        case "changed":
            return _both_sides(change.before, change.after, room)


def limited(lines: Sequence[Line], most: int) -> Iterator[Line]:
    """At most so many lines, and how many more there are."""
    over = len(lines) - most
    yield from lines if over <= 1 else lines[:most]
    if over > 1:
        yield Line("…", f"{over} more lines")


def spelled(value: Json) -> str:
    """A value in one line, as JSON."""
    return one_line(json.dumps(value, ensure_ascii=False))


def _one_side(mark: Mark, value: Json, room: int) -> Shape:
    inline = f"{mark} {spelled(value)}"
    if width(inline) <= room and not (isinstance(value, str) and "\n" in value):
        return Shape(inline=inline)
    return Shape(lines=tuple(_whole(mark, value)))


def _both_sides(before: Json, after: Json, room: int) -> Shape:
    if _is_text(before, after):
        return Shape(lines=tuple(_texts(str(before), str(after))))
    inline = f"{spelled(before)} → {spelled(after)}"
    if width(inline) <= room:
        return Shape(inline=inline)
    found = tuple(_nested("", before, after, room))
    return Shape(lines=found) if found else Shape(inline=_cut(inline, 0))


def _is_text(before: Json, after: Json) -> bool:
    """Whether both are texts, and one has lines."""
    are_texts = isinstance(before, str) and isinstance(after, str)
    return are_texts and before != after and "\n" in f"{before}{after}"


def _whole(mark: Mark, value: Json, depth: int = 0) -> Iterator[Line]:
    """All lines of a value that has no other side."""
    text = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
    for line in text.split("\n"):
        yield Line(mark, _cut(_visible(line), 0), depth)


def _nested(path: str, before: Json, after: Json, room: int) -> Iterator[Line]:
    """The places inside a value that differ."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _keys(path, before, after, room)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _items(path, before, after, room)
    elif not _same(before, after):
        yield from _leaf(path, before, after, room)


def _keys(
    path: str, before: Mapping[str, Json], after: Mapping[str, Json], room: int
) -> Iterator[Line]:
    names = sorted({**before, **after})
    for name in names:
        place = f"{path}.{_key(name)}" if path else _key(name)
        if name not in after:
            yield from _alone("-", place, before[name], room)
        elif name not in before:
            yield from _alone("+", place, after[name], room)
        else:
            yield from _nested(place, before[name], after[name], room)
    same = sum(n in before and n in after and _same(before[n], after[n]) for n in names)
    yield from _unchanged(path, same, "key")


def _items(path: str, before: Sequence[Json], after: Sequence[Json], room: int) -> Iterator[Line]:
    one, other = [_canonical(each) for each in before], [_canonical(each) for each in after]
    same = 0
    for kind, start, end, first, last in _steps(one, other):
        if kind == "equal":
            same += end - start
        else:
            yield from _exchanged(path, before, after, (start, end, first, last), room)
    yield from _unchanged(path, same, "item")


def _exchanged(
    path: str,
    before: Sequence[Json],
    after: Sequence[Json],
    block: tuple[int, int, int, int],
    room: int,
) -> Iterator[Line]:
    """Items in place of others: each pair as a change where that says more than both do."""
    start, end, first, last = block
    pairs = list(zip(range(start, end), range(first, last), strict=False))
    is_even = end - start == last - first
    alike = [pair for pair in pairs if is_even or _alike(before[pair[0]], after[pair[1]])]
    partner = {other: one for one, other in alike}
    for old in sorted(set(range(start, end)) - set(partner.values())):
        yield from _alone("-", f"{path}[{old}]", before[old], room)
    for new in range(first, last):
        if new in partner:
            yield from _nested(f"{path}[{new}]", before[partner[new]], after[new], room)
        else:
            yield from _alone("+", f"{path}[{new}]", after[new], room)


def _alike(one: Json, other: Json) -> bool:
    """Whether two items are likely one that was changed: such as two calls of one function."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return not one.keys().isdisjoint(other)
    return isinstance(one, list) and isinstance(other, list)


def _unchanged(path: str, same: int, noun: str) -> Iterator[Line]:
    """How much of the outermost value stays; of inner ones nobody asks."""
    if same and not path:
        yield Line("…", f"{_number(same, noun)} unchanged")


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _alone(mark: Mark, place: str, value: Json, room: int) -> Iterator[Line]:
    inline = f"{place}: {spelled(value)}"
    if width(inline) <= room:
        yield Line(mark, inline)
    else:
        yield Line(mark, f"{place}:")
        yield from _whole(mark, value, 1)


def _leaf(path: str, before: Json, after: Json, room: int) -> Iterator[Line]:
    head = f"{path}: " if path else ""
    if _is_text(before, after):
        yield Line("~", head.rstrip())
        yield from (Line(each.mark, each.text, 1) for each in _texts(str(before), str(after)))
        return
    inline = f"{head}{spelled(before)} → {spelled(after)}"
    if path and width(inline) <= room:
        yield Line("~", inline)
        return
    old, new = _pair(spelled(before), spelled(after))
    yield Line("-", head + old)
    yield Line("+", head + new)


def _texts(before: str, after: str) -> Iterator[Line]:
    """The lines that differ, and a few around them."""
    old, new = before.split("\n"), after.split("\n")
    steps = _steps(old, new)
    for number, (kind, start, end, first, last) in enumerate(steps):
        if kind == "equal":
            is_first, is_last = number == 0, number == len(steps) - 1
            yield from _context(old[start:end], is_first=is_first, is_last=is_last)
        else:
            yield from _replaced(old[start:end], new[first:last])


def _replaced(old: list[str], new: list[str]) -> Iterator[Line]:
    gone, come = [_visible(line) for line in old], [_visible(line) for line in new]
    if len(gone) == len(come):
        pairs = [_pair(one, other) for one, other in zip(gone, come, strict=True)]
        gone, come = [one for one, _ in pairs], [other for _, other in pairs]
    yield from (Line("-", _cut(line, 0)) for line in gone)
    yield from (Line("+", _cut(line, 0)) for line in come)


def _context(lines: list[str], *, is_first: bool, is_last: bool) -> Iterator[Line]:
    """What surrounds a difference; more than that is counted."""
    head, tail = 0 if is_first else _CONTEXT, 0 if is_last else _CONTEXT
    folded = len(lines) - head - tail
    if folded <= 1:
        head, tail, folded = len(lines), 0, 0
    yield from (Line(" ", _cut(one_line(line), 0)) for line in lines[:head])
    if folded:
        yield Line("…", f"{folded} unchanged lines")
    yield from (Line(" ", _cut(one_line(line), 0)) for line in lines[len(lines) - tail :])


def _steps(old: Sequence[str], new: Sequence[str]) -> list[_Step]:
    """How one sequence becomes the other; in time that does not grow with what is the same.

    Lines that come back again and again are no landmarks in a long text: looking for them
    everywhere takes minutes.
    """
    start, shorter = 0, min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    gone, come = old[start : len(old) - end], new[start : len(new) - end]
    inner: list[_Step] = [("replace", 0, len(gone), 0, len(come))] if gone or come else []
    if len(gone) * len(come) <= _COMPARABLE:
        inner = list(SequenceMatcher(None, gone, come).get_opcodes())
    moved = [(kind, a + start, b + start, c + start, d + start) for kind, a, b, c, d in inner]
    first: list[_Step] = [("equal", 0, start, 0, start)] if start else []
    last: list[_Step] = [("equal", len(old) - end, len(old), len(new) - end, len(new))]
    return [*first, *moved, *(last if end else [])]


def _pair(old: str, new: str) -> tuple[str, str]:
    """Both lines, cut around the first place that differs."""
    at = next(
        (number for number, (a, b) in enumerate(zip(old, new, strict=False)) if a != b),
        min(len(old), len(new)),
    )
    return _cut(old, at), _cut(new, at)


def _cut(line: str, at: int) -> str:
    """The line, or of a long one the part around a place."""
    if len(line) <= _LONGEST:
        return line
    start = max(0, min(at - _BEFORE_DIFFERENCE, len(line) - _LONGEST))
    head, tail = "…" if start else "", "…" if start + _LONGEST < len(line) else ""
    return f"{head}{line[start : start + _LONGEST]}{tail}"


def _visible(line: str) -> str:
    """The line, with dots for the blanks at its end: they may be all that differs."""
    shown = one_line(line)
    return shown.rstrip(" ") + "·" * (len(shown) - len(shown.rstrip(" ")))


def _key(name: str) -> str:
    return name if name.isidentifier() else spelled(name)


def _same(one: Json, other: Json) -> bool:
    return _canonical(one) == _canonical(other)


def _canonical(value: Json) -> str:
    return json.dumps(value, sort_keys=True)
