"""YAML text to nodes.  The only importer of `yaml`.

Every value keeps the place where it was written; an alias keeps its anchor's.
Nothing is constructed but scalars: a tag can never make an object.  Nodes are made from
the parser's events, one after another: its own composer dies of nesting that is too deep.
"""

import datetime as dt
import math
import sys
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Protocol

import yaml

from compiler.diagnostics import Label, Position, Report, Rule, Span, start_of
from compiler.diagnostics.pages import (
    document_too_large,
    duplicate_key,
    empty_document,
    recursive_alias,
    unsupported_yaml,
    yaml_syntax,
)
from compiler.source.mend import value_in_quotes
from compiler.source.nodes import Mapping, Node, Scalar, Sequence
from compiler.source.syntax_hint import Trouble, syntax_hint

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LARGEST = 100_000  # nodes after aliases are expanded, and more in a long text
_MORE = 2  # nodes a letter: aliases make ten or twenty times of what is written, at most
_LETTERS = 32  # letters of a text that count as much as a node
_DEEPEST = 200  # levels of nesting
_WIDEST = 1024  # bits of a number: more than any float has
_LONGEST = 1_000  # letters of a number
_SHARED = 40  # letters of a text that is likely to be written more than once
_YAML = "tag:yaml.org,2002:"
_TEXT = f"{_YAML}str"
_BLOCKS = frozenset({"|", ">"})
_SCALAR_TAGS = frozenset(
    f"{_YAML}{name}" for name in ("null", "bool", "int", "float", "str", "timestamp")
)
_NUMBERS = frozenset({f"{_YAML}int", f"{_YAML}float"})
_PLAIN_COLLECTIONS = frozenset({"!", f"{_YAML}seq", f"{_YAML}map"})


def load(text: str, *, file: str, report: Report) -> Node | None:
    """Parse `text`; None when there is no document, and `report` says why."""
    found = Report()  # a text that is not YAML is not worth any other finding
    try:
        root = _Reader(text, file, found).document()
    except yaml.MarkedYAMLError as error:
        _refuse_syntax(error, text, file, report)
        return None
    except yaml.reader.ReaderError as error:
        place = _place_of(text, error.position)
        report.add(yaml_syntax.RULE, "a character that YAML does not allow", Span(file, *place))
        return None
    except _Unusable:
        root = None
    else:
        if root is None:
            found.add(empty_document.RULE, "the file is empty", start_of(file))
    report.extend(found)
    return root


def contents(text: str) -> Iterator[tuple[int, int]]:
    """Offsets between which the contents of scalars stand, in order, up to a mistake."""
    try:
        for token in yaml.scan(text, Loader=_Loader):
            if isinstance(token, yaml.ScalarToken):
                start, end = token.start_mark.index, token.end_mark.index
                is_block = token.style in ("|", ">")
                yield (text.find("\n", start) if is_block else start), end
    except yaml.YAMLError:
        return


def extents(text: str) -> dict[int, int]:
    """Where each scalar, list and mapping in brackets ends, by where it begins, anchor included."""
    ends: dict[int, int] = {}
    opened: list[tuple[int, bool]] = []
    for event in _events(text):
        start, end = event.start_mark, event.end_mark
        assert start is not None, "the parser marks everything"
        assert end is not None, "the parser marks everything"
        if isinstance(event, yaml.ScalarEvent):
            ends[start.index] = end.index
        elif isinstance(event, yaml.CollectionStartEvent):
            opened.append((start.index, bool(event.flow_style)))
        elif isinstance(event, yaml.CollectionEndEvent):
            began, is_flow = opened.pop()
            ends |= {began: end.index} if is_flow else {}
    return ends


def _events(text: str) -> Iterator[yaml.Event]:
    """The parser's events, up to a mistake."""
    try:
        yield from yaml.parse(text, Loader=_Loader)
    except yaml.YAMLError:
        return


class _NotYaml(yaml.MarkedYAMLError):
    """What the parser leaves to a composer to refuse."""

    def __init__(self, problem: str, at: yaml.Event, *, context: str | None = None) -> None:
        super().__init__(context=context, problem=problem)
        self.problem_mark: _Mark | None = at.start_mark  # type: ignore[assignment]  # C's own


class _Unusable(Exception):
    """The document cannot be used, and the report says why."""


class _Reader:
    """The events of one document on their way to nodes.

    `_size` is how many nodes there are so far with all aliases written out; an anchor is kept
    with the size of what it is at.
    """

    def __init__(self, text: str, file: str, report: Report) -> None:
        self._next: Callable[[], yaml.Event] = _Loader(text).get_event  # C's own, thrice a value
        self._file = file
        self._report = report
        self._anchors: dict[str, tuple[Node, int] | None] = {}  # None while it is still open
        self._constructor = yaml.SafeLoader("")
        self._depth = 0
        self._size = 0
        self._most = _LARGEST + _MORE * len(text)

    def document(self) -> Node | None:
        """The only document of the text; None if there is none."""
        self._next()  # the stream begins
        if isinstance(self._next(), yaml.StreamEndEvent):
            return None
        root = self._node(self._next())
        self._next()  # the document ends
        after = self._next()
        if not isinstance(after, yaml.StreamEndEvent):
            context = "expected a single document in the stream"
            raise _NotYaml("but found another document", after, context=context)
        return root

    def _node(self, event: yaml.Event) -> Node:
        assert isinstance(event, yaml.NodeEvent)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        anchor = event.anchor
        if anchor is not None:
            if anchor in self._anchors:
                message = f"the anchor '&{anchor}' is written twice"
                raise self._failure(unsupported_yaml.RULE, message, self._span(event))
            self._anchors[anchor] = None
        before = self._size
        made = self._made(event)
        if anchor is not None:
            self._anchors[anchor] = (made, self._size - before)
        return made

    def _made(self, event: yaml.NodeEvent) -> Node:
        self._size += 1
        if isinstance(event, yaml.ScalarEvent):
            self._size += len(event.value) // _LETTERS
            return self._scalar(event)
        assert isinstance(event, yaml.CollectionStartEvent)
        self._depth += 1
        if self._depth > _DEEPEST:
            message = "the document is nested too deeply"
            raise self._failure(document_too_large.RULE, message, self._span(event))
        if event.tag is not None and event.tag not in _PLAIN_COLLECTIONS:
            self._refuse_tag(event.tag, self._span(event))
        is_list = isinstance(event, yaml.SequenceStartEvent)
        made = self._sequence(event) if is_list else self._mapping(event)
        self._depth -= 1
        return made

    def _alias(self, event: yaml.AliasEvent) -> Node:
        if event.anchor not in self._anchors:
            raise _NotYaml(f"found undefined alias '{event.anchor}'", event)
        made = self._anchors[event.anchor]
        if made is None:
            message = "this contains itself"
            raise self._failure(recursive_alias.RULE, message, self._span(event))
        node, size = made
        self._size += size
        if self._size > self._most:
            message = "aliases repeat this too often"
            raise self._failure(document_too_large.RULE, message, self._span(event))
        return node

    def _sequence(self, start: yaml.CollectionStartEvent) -> Sequence:
        items: list[Node] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            items.append(self._node(event))
        span = self._around(start, event, items[-1] if items else None)
        return Sequence(tuple(items), span)

    def _mapping(self, start: yaml.CollectionStartEvent) -> Mapping:
        entries: dict[str, tuple[Scalar, Node]] = {}
        merged: list[Node] = []
        item: Node | None = None
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key = self._key(event)
            item = self._node(self._next())
            if key is None:
                continue
            if key.value == "<<" and _is_plain(event):
                merged += item.items if isinstance(item, Sequence) else [item]
                continue
            first = entries.setdefault(str(key.value), (key, item))
            if first[0] is not key:
                self._repeated(key, first[0])
        for source in merged:
            self._merge(source, entries)
        return Mapping(tuple(entries.values()), self._around(start, event, item))

    def _merge(self, source: Node, entries: dict[str, tuple[Scalar, Node]]) -> None:
        """Add the entries of a `<<`, which may not replace what is there."""
        if not isinstance(source, Mapping):
            raise self._failure(unsupported_yaml.RULE, "'<<' can only merge mappings", source.span)
        for key, item in source.entries:
            entries.setdefault(str(key.value), (key, item))

    def _key(self, event: yaml.Event) -> Scalar | None:
        if isinstance(event, yaml.ScalarEvent):
            if event.anchor is not None:
                self._node(event)
            name = sys.intern(event.value)  # the same ones again and again
            return Scalar(name, self._span(event), name)
        node = self._node(event)
        if isinstance(node, Scalar) and isinstance(event, yaml.AliasEvent):
            return Scalar(node.text, self._span(event), node.text)
        hint = "a template needs quotes around it" if isinstance(node, Mapping) else None
        self._report.add(unsupported_yaml.RULE, "a key must be text", node.span, hint=hint)
        return None

    def _repeated(self, name: Scalar, first: Scalar) -> None:
        self._report.add(
            duplicate_key.RULE,
            f"{name.value!r} is written twice",
            name.span,
            hint="keep one of them; YAML would silently take the last",
            related=[Label(first.span, "first written here")],
        )

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        text, span, tag = _shared(event.value), self._span(event), _tag(event)
        if tag == _TEXT:
            return Scalar(text, span, text)
        if tag not in _SCALAR_TAGS:
            self._refuse_tag(tag, span)
            return Scalar(text, span, text)
        value = self._constructed(tag, text)
        if isinstance(value, dt.date):
            value = value.isoformat()
        if _is_no_json(value):
            self._report.add(unsupported_yaml.RULE, "this number cannot be written as JSON", span)
            value = None
        return Scalar(value, span, text)

    def _constructed(self, tag: str, text: str) -> Any:
        if len(text) > _LONGEST and tag in _NUMBERS:
            return math.inf
        try:
            return self._constructor.construct_object(yaml.ScalarNode(tag, text))
        except (ValueError, OverflowError, LookupError, AttributeError, yaml.YAMLError):
            return text

    def _refuse_tag(self, tag: str, span: Span) -> None:
        name = tag.removeprefix(_YAML)
        self._report.add(unsupported_yaml.RULE, f"the tag '{name}' is not supported", span)

    def _span(self, event: yaml.Event) -> Span:
        """Where an event stands; of a block scalar only its sign, which is where it begins."""
        start, end = event.start_mark, event.end_mark
        assert start is not None, "the parser marks everything"
        assert end is not None, "the parser marks everything"
        line, column = start.line + 1, start.column + 1
        if isinstance(event, yaml.ScalarEvent) and event.style in _BLOCKS:
            return Span.of(self._file, line, column, line, column + 1)
        last = line if end.line == start.line else end.line + 1  # one object where it is one line
        return Span.of(self._file, line, column, last, end.column + 1)

    def _around(self, start: yaml.CollectionStartEvent, end: yaml.Event, last: Node | None) -> Span:
        """Where a list or mapping stands; a block ends where its last child does."""
        begins, ends = _position(start.start_mark), _position(end.end_mark)
        if not start.flow_style:
            is_below = last is not None and last.span.start >= begins
            ends = last.span.end if last is not None and is_below else _position(start.end_mark)
        return Span(self._file, begins, ends)

    def _failure(self, rule: Rule, message: str, at: Span) -> _Unusable:
        self._report.add(rule, message, at)
        return _Unusable()


def _is_plain(event: yaml.Event) -> bool:
    return isinstance(event, yaml.ScalarEvent) and event.implicit[0]


def _shared(text: str) -> str:
    """The same text as one object: names of pools, of time zones and tags come again and again."""
    return sys.intern(text) if len(text) <= _SHARED else text


def _tag(event: yaml.ScalarEvent) -> str:
    """The tag of a scalar: its own, or what YAML makes of a text without quotes."""
    if event.tag is not None and event.tag != "!":
        return str(event.tag)
    return _implicit_tag(event.value) if event.implicit[0] else _TEXT


@cache
def _implicit_tag(text: str) -> str:
    resolvers = _Loader.yaml_implicit_resolvers.get(text[:1], ())
    return next((tag for tag, form in resolvers if form.match(text)), _TEXT)


def _is_no_json(value: object) -> bool:
    if isinstance(value, float):
        return not math.isfinite(value)
    return isinstance(value, int) and value.bit_length() > _WIDEST


class _Mark(Protocol):
    line: int
    column: int


def _position(mark: _Mark | None) -> Position:
    assert mark is not None
    return Position(mark.line + 1, mark.column + 1)


def _place_of(text: str, index: int) -> tuple[Position, Position]:
    line = text.count("\n", 0, index) + 1
    column = index - (text.rfind("\n", 0, index) + 1) + 1
    return Position(line, column), Position(line, column + 1)


def _refuse_syntax(error: yaml.MarkedYAMLError, text: str, file: str, report: Report) -> None:
    mark = error.problem_mark or error.context_mark
    lines = text.splitlines() or [""]
    start = _position(mark) if mark is not None else Position(1, 1)
    if start.line > len(lines):
        start = Position(len(lines), len(lines[-1]) + 1)
    message = ": ".join(part for part in (error.context, error.problem) if part)
    report.add(
        yaml_syntax.RULE,
        message or "this is not YAML",
        Span(file, start, Position(start.line, start.column + 1)),
        hint=syntax_hint(_trouble(error, lines, start.line)),
        fix=value_in_quotes(lines[start.line - 1], file, start.line),
    )


def _trouble(error: yaml.MarkedYAMLError, lines: list[str], number: int) -> Trouble:
    above = (line for line in reversed(lines[: number - 1]) if line.strip())
    return Trouble(
        line=lines[number - 1],
        before=next(above, ""),
        began=error.context_mark.line + 1 if error.context_mark is not None else None,
        context=error.context or "",
        problem=error.problem or "",
    )
