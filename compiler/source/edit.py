"""Changes of single values inside a YAML text; all around them stays as it is, to the letter.

    edits(node, was, value, pages)

`was` is what the node means, in the form of `value`: only where the two differ is anything
written.  An entry that is new is written in the style of those beside it.
"""

import difflib
import json
import re
from collections.abc import Iterator
from collections.abc import Mapping as Values
from dataclasses import dataclass

from compiler.desired.json import Json
from compiler.diagnostics import Edit, Span, start_of
from compiler.diagnostics.lines import Lines
from compiler.source.nodes import Mapping, Node, Scalar, Sequence
from compiler.source.yaml_loader import extents
from compiler.source.yaml_writer import spelled, write

_ALIAS = re.compile(r"\s*\*[^\s,\[\]{}]+")
_PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*\s+)+")
_SIGN = re.compile(r"[|>][^\n]*\n(?P<indent> *)")


class CannotEdit(Exception):
    """The text does not allow it, at this place, for this reason."""

    def __init__(self, at: Span, reason: str) -> None:
        super().__init__(reason)
        self.at = at
        self.reason = reason


class Page:
    """A text with the ends of its values, which a node of a block does not know."""

    def __init__(self, text: str, name: str) -> None:
        self.lines = Lines.of(text, name)
        self._name = name
        self._ends = extents(text)

    @property
    def text(self) -> str:
        """The text."""
        return self.lines.text

    def start(self, node: Node) -> int:
        """Where a value begins, behind its anchor or tag."""
        at = self.lines.offset(node.span.start)
        found = _PROPERTIES.match(self.text, at)
        return found.end() if found is not None else at

    def end(self, node: Node) -> int:
        """Where a value ends, without what follows it on its last line."""
        if isinstance(node, Scalar) or self.is_flow(node):
            found = self._ends.get(self.lines.offset(node.span.start))
            return self.lines.offset(node.span.end) if found is None else self._stripped(found)
        if isinstance(node, Sequence):
            return max((self.end(item) for item in node.items if _is_in(item, node)), default=0)
        return max((self.end_of_entry(entry) for entry in own_entries(node)), default=0)

    def end_of_entry(self, entry: tuple[Scalar, Node]) -> int:
        """Where a key's value ends; one that is an alias stands elsewhere."""
        key, item = entry
        behind = self.text.index(":", self.lines.offset(key.span.end)) + 1
        alias = _ALIAS.match(self.text, behind)
        if alias is not None:
            return alias.end()
        is_here = item.span.file == key.span.file and item.span.start >= key.span.end
        return max(self.end(item), behind) if is_here else behind

    def is_flow(self, node: Node) -> bool:
        """Whether a list or mapping is written in brackets."""
        return self.text[self.start(node) : self.start(node) + 1] in {"[", "{"}

    def line_start(self, at: int) -> int:
        """Where the line begins that an offset is in."""
        return self.text.rfind("\n", 0, at) + 1

    def line_end(self, at: int) -> int:
        """Where that line ends, its break not included."""
        found = self.text.find("\n", at)
        end = len(self.text) if found < 0 else found
        return end - 1 if self.text[end - 1 : end] == "\r" else end

    def edit(self, start: int, end: int, text: str) -> Edit:
        """The change of what stands between two offsets."""
        at = Span(self._name, self.lines.position(start), self.lines.position(end))
        return Edit(at, text)

    def _stripped(self, end: int) -> int:
        """The end of a value of several lines without the break behind it."""
        while end > 0 and self.text[end - 1] in "\r\n":
            end -= 1
        return end


@dataclass(frozen=True, slots=True)
class Pages:
    """The texts that may be changed, by the names that spans have for them."""

    of: Values[str, Page]

    def page(self, at: Span) -> Page:
        """The text that a span is in.

        Raises:
            CannotEdit: it is none of the files.
        """
        if at.file not in self.of:
            raise CannotEdit(at, "it was not written in one of the files")
        return self.of[at.file]


def own_entries(node: Mapping) -> list[tuple[Scalar, Node]]:
    """The entries that stand inside the mapping, by their places; merged ones do not."""
    return sorted((each for each in node.entries if _is_in(each[0], node)), key=_place)


def _place(entry: tuple[Scalar, Node]) -> Span:
    return entry[0].span


def _is_in(inner: Node, outer: Node) -> bool:
    one, other = inner.span, outer.span
    return one.file == other.file and other.start <= one.start and one.start < other.end


def edits(node: Node, was: Json, value: Json, pages: Pages) -> list[Edit]:
    """What has to be changed for a node, which means `was`, to mean `value`.

    Raises:
        CannotEdit: a template makes the value, or the text has a form that is not known here.
    """
    if _same(was, value):
        return []
    match node, was, value:
        case Mapping(), dict(), dict() if value and not (was.keys() - value.keys()) >= was.keys():
            return list(_in_mapping(node, was, value, pages))
        case Sequence(items=items), list(), list() if value and len(items) == len(was) > 0:
            return list(_in_sequence(node, was, value, pages))
        case _:
            return [_swapped(node, value, pages)]


def _same(one: Json, other: Json) -> bool:
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _in_mapping(
    node: Mapping, was: Values[str, Json], value: Values[str, Json], pages: Pages
) -> Iterator[Edit]:
    for key, item in node.entries:
        name = str(key.value)
        if name in value:
            yield from _entry((key, item), was.get(name), value[name], pages)
        elif name in was:
            yield removed_entry(node, (key, item), pages)
    new = {name: item for name, item in value.items() if node.get(name) is None}
    if new:
        kept = [each for each in own_entries(node) if each[0].value in value]
        yield _with_entries(node, new, kept, pages)


def _entry(entry: tuple[Scalar, Node], was: Json, value: Json, pages: Pages) -> list[Edit]:
    """A changed entry; a block that becomes something else is replaced behind its key."""
    key, item = entry
    if _same(was, value):
        return []
    is_same_kind = isinstance(item, Scalar) or isinstance(value, (dict, list))
    is_here = item.span.file == key.span.file and item.span.start >= key.span.end
    if is_here and not isinstance(item, Scalar) and (not value or not is_same_kind):
        page = pages.page(key.span)
        if not page.is_flow(item):
            behind = page.text.index(":", page.lines.offset(key.span.end)) + 1
            return [page.edit(behind, page.end(item), f" {flow_text(value)}")]
    return edits(item, was, value, pages)


def _swapped(node: Node, value: Json, pages: Pages) -> Edit:
    """A value in the place of another one."""
    page = pages.page(node.span)
    if isinstance(node, Scalar):
        _refuse_template(node)
        start, end = page.start(node), page.end(node)
        text = _restyled(page, node, value)
        return page.edit(start, max(start, end), text if start < end else f" {text}")
    if not page.is_flow(node):
        raise CannotEdit(node.span, "a whole block would have to be written anew")
    return page.edit(page.start(node), page.end(node), flow_text(value))


def _refuse_template(node: Scalar) -> None:
    if "{{" in node.text and node.text != node.value:
        at = node.via[0] if node.via else node.span
        raise CannotEdit(at, "a template makes this value")


def _restyled(page: Page, node: Scalar, value: Json) -> str:
    """The new value, in the quotes that the old one has."""
    if not isinstance(value, str):
        return flow_text(value)
    old, plain = page.text[page.start(node) : page.end(node)], spelled(value)
    if old[:1] in {"|", ">"} and (block := _block(old, value)) is not None:
        return block
    if old[:1] == "'" and value.isprintable():
        return "'{}'".format(value.replace("'", "''"))
    return f'"{plain}"' if old[:1] == '"' and plain[:1] != '"' else plain


def _block(old: str, value: str) -> str | None:
    """Lines in the place of lines; None where they cannot stand that way."""
    found = _SIGN.match(old)
    at = start_of("")
    entry = (Scalar("k", at, "k"), Scalar(value, at, value))
    head, *lines = write(Mapping((entry,), at)).splitlines()
    if found is None or not lines:
        return None
    indented = [found["indent"] + line[2:] if line else "" for line in lines]
    return "\n".join([head.removeprefix("k: "), *indented])


def _with_entries(
    node: Mapping, new: Values[str, Json], own: list[tuple[Scalar, Node]], pages: Pages
) -> Edit:
    """New entries behind the last one that stays."""
    page = pages.page(node.span)
    flow = ", ".join(f"{spelled(name)}: {flow_text(item)}" for name, item in new.items())
    if page.is_flow(node):
        if not own:
            close = page.end(node) - 1
            return page.edit(close, close, flow)
        end = page.end_of_entry(own[-1])
        return page.edit(end, end, f", {flow}")
    if not own:
        raise CannotEdit(node.span, "there is no place of its own for what is new")
    end = page.line_end(page.end_of_entry(own[-1]))
    indent = " " * (own[0][0].span.start.column - 1)
    return page.edit(end, end, _lines(_written(new), indent))


def removed_entry(node: Mapping, entry: tuple[Scalar, Node], pages: Pages) -> Edit:
    """An entry taken out, with the comment behind it.

    Raises:
        CannotEdit: it is merged in, or shares its line.
    """
    key, _ = entry
    own = own_entries(node)
    if entry not in own:
        raise CannotEdit(key.span, "it is merged in from elsewhere")
    page, at = pages.page(key.span), own.index(entry)
    start, end = page.lines.offset(key.span.start), page.end_of_entry(entry)
    follower = page.lines.offset(own[at + 1][0].span.start) if at + 1 < len(own) else None
    before = page.end_of_entry(own[at - 1]) if at else None
    if page.is_flow(node):
        return _out_of_flow(page, (start, end), before, follower)
    first = page.line_start(start)
    if not page.text[first:start].strip():
        return page.edit(first, min(page.line_end(end) + _break(page, end), len(page.text)), "")
    if follower is None or "#" in page.text[end:follower]:
        raise CannotEdit(key.span, "it stands on a line with something else")
    return page.edit(start, follower, "")


def _break(page: Page, at: int) -> int:
    """How many characters end the line: none does the last one."""
    end = page.line_end(at)
    return 2 if page.text[end : end + 2] == "\r\n" else 1


def _out_of_flow(
    page: Page, own: tuple[int, int], before: int | None, follower: int | None
) -> Edit:
    start, end = own
    if follower is not None:
        return page.edit(start, follower, "")
    return page.edit(start if before is None else before, end, "")


def _in_sequence(
    node: Sequence, was: list[Json], value: list[Json], pages: Pages
) -> Iterator[Edit]:
    """Items that are equal stay, those between them are changed one by one."""
    before, after = ([json.dumps(each, sort_keys=True) for each in some] for some in (was, value))
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for tag, old, old_end, new, new_end in matcher.get_opcodes():
        if tag == "equal":
            continue
        pairs = min(old_end - old, new_end - new)
        for step in range(pairs):
            item = node.items[old + step]
            yield from edits(item, was[old + step], value[new + step], pages)
        for place in range(old + pairs, old_end):
            yield removed_item(node, place, pages)
        if new + pairs < new_end:
            yield _with_items(node, old + pairs, value[new + pairs : new_end], pages)


def removed_item(node: Sequence, place: int, pages: Pages) -> Edit:
    """An item taken out, with the comment behind it.

    Raises:
        CannotEdit: it is merged in, or shares its line.
    """
    item = node.items[place]
    if not _is_in(item, node):
        raise CannotEdit(item.span, "it is merged in from elsewhere")
    page = pages.page(item.span)
    start, end = page.lines.offset(item.span.start), page.end(item)
    if page.is_flow(node):
        follower = node.items[place + 1] if place + 1 < len(node.items) else None
        return _out_of_flow(
            page,
            (start, end),
            page.end(node.items[place - 1]) if place else None,
            None if follower is None else page.lines.offset(follower.span.start),
        )
    first = page.line_start(start)
    if page.text[first:start].strip() != "-":
        raise CannotEdit(item.span, "it stands on a line with something else")
    return page.edit(first, min(page.line_end(end) + _break(page, end), len(page.text)), "")


def _with_items(node: Sequence, place: int, new: list[Json], pages: Pages) -> Edit:
    """New items in front of the one at a place, or behind the last."""
    previous = node.items[max(place, 1) - 1]
    if not _is_in(previous, node):
        raise CannotEdit(node.span, "there is no place of its own for what is new")
    page = pages.page(previous.span)
    if page.is_flow(node):
        text = ", ".join(map(flow_text, new))
        if place == 0:
            at = page.lines.offset(previous.span.start)
            return page.edit(at, at, f"{text}, ")
        end = page.end(previous)
        return page.edit(end, end, f", {text}")
    dash = page.text.rfind("-", 0, page.lines.offset(previous.span.start))
    first = page.line_start(dash)
    if page.text[first:dash].strip():
        raise CannotEdit(previous.span, "it stands on a line with something else")
    lines = _lines(_written(new), page.text[first:dash])
    if place == 0:
        return page.edit(first, first, f"{lines[1:]}\n")
    end = page.line_end(page.end(previous))
    return page.edit(end, end, lines)


def _lines(text: str, indent: str) -> str:
    return "".join(f"\n{indent}{line}" if line else "\n" for line in text.splitlines())


def _written(value: Json) -> str:
    return write(node_of(value))


def node_of(value: Json) -> Node:
    """A value as nodes that stand nowhere."""
    nowhere = start_of("")
    match value:
        case Values():
            keys = ((Scalar(key, nowhere, key), node_of(item)) for key, item in value.items())
            return Mapping(tuple(keys), nowhere)
        case list() | tuple():
            return Sequence(tuple(map(node_of, value)), nowhere)
        case str() | int() | float() | None:
            return Scalar(value, nowhere, str(value))
        case _:
            raise TypeError(type(value))


def flow_text(value: Json) -> str:
    """A value on one line."""
    match value:
        case Values():
            inner = (f"{spelled(key)}: {flow_text(item)}" for key, item in value.items())
            return f"{{{', '.join(inner)}}}"
        case list() | tuple():
            return f"[{', '.join(map(flow_text, value))}]"
        case str() | int() | float() | None:
            return spelled(value)
        case _:
            raise TypeError(type(value))
