"""A `prefect.yaml` as a `deploy.yaml` that means the same, in the same words.

What Prefect reads and ignores has no place in a file of ours, where an unknown key is an error:
it is taken out and reported.  So is what means something else there: `schedules: []`, which
would remove schedules, and a `pull` of nothing, which would remove steps.  All else stays as it
is, to the letter, with comments and anchors.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from compiler.diagnostics import Edit, Report, Span
from compiler.diagnostics.lines import Lines
from compiler.diagnostics.mend import mended
from compiler.diagnostics.pages import unknown_key
from compiler.manifest.check import check_shape
from compiler.source.edit import (
    CannotEdit,
    Page,
    Pages,
    own_entries,
    removed_entry,
    removed_item,
)
from compiler.source.nodes import Mapping, Node, Scalar, Sequence
from compiler.source.yaml_loader import load

_ANCHOR = re.compile(r"(?<![\w'\"])&([\w-]+)")
_IGNORED = "Prefect ignores it"
_EMPTY = "it changes nothing in a prefect.yaml, and would remove what is there"
_UNNAMED = "it has no name, so that Prefect skips it"
_IN_DEFINITIONS = "it is under 'definitions' now, since Prefect ignores it and others use it"


@dataclass(frozen=True, slots=True)
class Taken:
    """Something of the old file that the new one has not, or `is_by_hand`: has and must not."""

    at: Span
    what: str
    reason: str
    hint: str | None = None
    is_by_hand: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """The new text, and what was taken out of the old one, in reading order."""

    text: str
    taken: tuple[Taken, ...]


@dataclass(frozen=True, slots=True)
class _Wrong:
    """A part that has to go: an edit without it, and what is said of it."""

    taken: Taken
    edit: Edit | None


def convert(text: str, name: str) -> Converted | None:
    """The file called `name`; None if it is no YAML."""
    kept, taken = text, None
    while True:
        root = load(kept, file=name, report=Report())
        if not isinstance(root, Mapping):
            return None
        wrong = list(_wrong(root, kept, name))
        taken = taken or tuple(each.taken for each in wrong)
        made = list(_apart(each.edit for each in wrong if each.edit is not None))
        if not made:
            return Converted(text=kept, taken=taken)
        kept = mended(Lines.of(kept, name), made)


def _apart(edits: Iterable[Edit]) -> Iterator[Edit]:
    """Edits in order, without those that touch an earlier one: they are for the next round."""
    last = None
    for edit in sorted(edits, key=_place):
        if last is None or edit.at.start >= last.at.end:
            last = edit
            yield edit


def _place(edit: Edit) -> Span:
    return edit.at


def _wrong(root: Mapping, text: str, name: str) -> Iterator[_Wrong]:
    pages = Pages({name: Page(text, name)})
    report = Report()
    check_shape(root, lenient=True, report=report)
    hints = {each.at: each.hint for each in report if each.rule is unknown_key.RULE}
    moved: list[tuple[Scalar, Node]] = []
    for node in _mappings(root):
        for entry in own_entries(node):
            key = entry[0]
            if key.span not in hints:
                continue
            if node is root and _is_used(entry, pages.page(key.span)):
                moved.append(entry)
            else:
                yield _entry(node, entry, pages, _IGNORED, hints[key.span])
    yield from _into_definitions(root, moved, pages)
    yield from _unlike(root, pages)


def _mappings(node: Node) -> Iterator[Mapping]:
    match node:
        case Mapping(entries=entries):
            yield node
            for _, item in entries:
                yield from _mappings(item)
        case Sequence(items=items):
            for item in items:
                yield from _mappings(item)
        case _:
            return


def _entry(
    node: Mapping, entry: tuple[Scalar, Node], pages: Pages, reason: str, hint: str | None = None
) -> _Wrong:
    key = entry[0]
    what = f"{str(key.value)!r}"
    try:
        edit = removed_entry(node, entry, pages)
    except CannotEdit as error:
        return _Wrong(Taken(key.span, what, error.reason, hint, is_by_hand=True), None)
    return _Wrong(Taken(key.span, what, reason, hint), edit)


def _is_used(entry: tuple[Scalar, Node], page: Page) -> bool:
    """Whether something outside of an entry takes what is anchored in it."""
    start, end = page.lines.offset(entry[0].span.start), page.end_of_entry(entry)
    inside, outside = page.text[start:end], page.text[:start] + page.text[end:]
    names = _ANCHOR.findall(inside)
    return any(re.search(rf"\*{re.escape(each)}(?![\w-])", outside) for each in names)


def _into_definitions(
    root: Mapping, moved: list[tuple[Scalar, Node]], pages: Pages
) -> Iterator[_Wrong]:
    """Anchors that stand at the top under keys of their own, put where anchors may be."""
    is_there = root.key("definitions") is not None
    for number, entry in enumerate(moved):
        key = entry[0]
        page, what = pages.page(key.span), f"{str(key.value)!r}"
        start, end = page.lines.offset(key.span.start), page.line_end(page.end_of_entry(entry))
        lines = page.text[start:end].split("\n")
        before = moved[number - 1][0].span if number else None
        if is_there or page.is_flow(root) or page.line_start(start) != start:
            reason = "others use what is anchored in it: put it under 'definitions'"
            yield _Wrong(Taken(key.span, what, reason, is_by_hand=True), None)
            continue
        head = [] if before is not None and number else ["definitions:"]
        text = "\n".join([*head, *(f"  {line}" if line.strip() else line for line in lines)])
        yield _Wrong(Taken(key.span, what, _IN_DEFINITIONS), page.edit(start, end, text))


def _unlike(root: Mapping, pages: Pages) -> Iterator[_Wrong]:
    """What means nothing in a `prefect.yaml`, and something in a file of ours."""
    yield from _null_pull(root, pages)
    listed = root.get("deployments")
    for place, item in enumerate(listed.items if isinstance(listed, Sequence) else ()):
        assert isinstance(listed, Sequence)
        name = item.get("name") if isinstance(item, Mapping) else item
        if name is None or (isinstance(name, Scalar) and name.value is None):
            yield _item(listed, place, pages)
        elif isinstance(item, Mapping):
            yield from _null_pull(item, pages)
            schedules = item.get("schedules")
            if isinstance(schedules, Sequence) and not schedules.items:
                yield from _without(item, "schedules", pages, _EMPTY)


def _null_pull(node: Mapping, pages: Pages) -> Iterator[_Wrong]:
    pull = node.get("pull")
    if isinstance(pull, Scalar) and pull.value is None:
        yield from _without(node, "pull", pages, _EMPTY)


def _without(node: Mapping, name: str, pages: Pages, reason: str) -> Iterator[_Wrong]:
    entries = (entry for entry in own_entries(node) if entry[0].value == name)
    yield from (_entry(node, entry, pages, reason) for entry in entries)


def _item(listed: Sequence, place: int, pages: Pages) -> _Wrong:
    at = listed.items[place].span
    try:
        edit = removed_item(listed, place, pages)
    except CannotEdit as error:
        return _Wrong(Taken(at, "a deployment", error.reason, is_by_hand=True), None)
    return _Wrong(Taken(at, "a deployment", _UNNAMED), edit)
