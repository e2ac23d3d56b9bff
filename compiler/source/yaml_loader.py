"""YAML text to nodes.  The only importer of `yaml`.

Every value keeps the place where it was written; an alias keeps its anchor's.
Nothing is constructed but scalars: a tag can never make an object.
"""

import datetime as dt
import math
from collections.abc import Iterator

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
from compiler.source.nodes import Mapping, Node, Scalar, Sequence
from compiler.source.syntax_hint import Trouble, syntax_hint

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LARGEST = 1_000_000  # nodes after aliases are expanded: a thousand times what people write
_DEEPEST = 200  # levels of nesting
_WIDEST = 1024  # bits of a number: more than any float has
_TEXT_TAG = "tag:yaml.org,2002:str"
_MERGE_TAG = "tag:yaml.org,2002:merge"
_SCALAR_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float", "str", "timestamp")
)


def load(text: str, *, file: str, report: Report) -> Node | None:
    """Parse `text`; None when there is no document, and `report` says why."""
    try:
        if _may_be_deep(text):
            _check_depth(text)
        root = yaml.compose(text, Loader=_Loader)
        if root is None:
            report.add(empty_document.RULE, "the file is empty", start_of(file))
            return None
        return _Reader(file, report).node(root)
    except yaml.MarkedYAMLError as error:
        _refuse_syntax(error, text, file, report)
    except yaml.reader.ReaderError as error:
        place = _place_of(text, error.position)
        report.add(yaml_syntax.RULE, "a character that YAML does not allow", Span(file, *place))
    except RecursionError:
        report.add(document_too_large.RULE, "the document is nested too deeply", start_of(file))
    except _Unusable:
        pass
    return None


def _may_be_deep(text: str) -> bool:
    """Whether it is worth counting: the C parser dies of nesting that is too deep."""
    return text.count("[") + text.count("{") > _DEEPEST or "- - - - - - - - " in text


def _check_depth(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise RecursionError


class _Unusable(Exception):
    """The document cannot be used, and the report says why."""


class _Reader:
    """One composed document on its way to nodes."""

    def __init__(self, file: str, report: Report) -> None:
        self._file = file
        self._report = report
        self._done: dict[int, tuple[Node, int]] = {}
        self._open: set[int] = set()
        self._constructor = yaml.SafeLoader("")

    def node(self, composed: yaml.Node) -> Node:
        return self._sized(composed)[0]

    def _sized(self, composed: yaml.Node) -> tuple[Node, int]:
        """The node, and how many nodes it is with all aliases written out."""
        key = id(composed)
        if key in self._open:
            raise self._failure(recursive_alias.RULE, "this contains itself", composed)
        if key not in self._done:
            self._open.add(key)
            self._done[key] = self._build(composed)
            self._open.discard(key)
            if self._done[key][1] > _LARGEST:
                message = "aliases repeat this too often"
                raise self._failure(document_too_large.RULE, message, composed)
        return self._done[key]

    def _build(self, composed: yaml.Node) -> tuple[Node, int]:
        span = self._span(composed)
        match composed:
            case yaml.SequenceNode():
                parts = [self._sized(item) for item in composed.value]
                items = tuple(item for item, _ in parts)
                return Sequence(items, span), 1 + sum(size for _, size in parts)
            case yaml.MappingNode():
                return self._mapping(composed, span)
            case yaml.ScalarNode():
                return self._scalar(composed, span), 1
            case _:
                raise AssertionError(composed)

    def _mapping(self, composed: yaml.MappingNode, span: Span) -> tuple[Node, int]:
        entries: dict[str, tuple[Scalar, Node]] = {}
        size = 1
        for key, value, merged in self._entries(composed):
            item, weight = self._sized(value)
            size += weight
            name = self._key(key)
            if name is None:
                continue
            first = entries.get(str(name.value))
            if first is None:
                entries[str(name.value)] = (name, item)
            elif not merged:
                self._repeated(name, first[0])
        return Mapping(tuple(entries.values()), span), size

    def _entries(
        self, composed: yaml.MappingNode, *, merged: bool = False
    ) -> Iterator[tuple[yaml.Node, yaml.Node, bool]]:
        """Own entries first, then those of `<<`, which may not replace them."""
        later: list[yaml.Node] = []
        for key, value in composed.value:
            if key.tag == _MERGE_TAG:
                later += value.value if isinstance(value, yaml.SequenceNode) else [value]
            else:
                yield key, value, merged
        for source in later:
            if not isinstance(source, yaml.MappingNode):
                raise self._failure(unsupported_yaml.RULE, "'<<' can only merge mappings", source)
            if id(source) in self._open:
                raise self._failure(recursive_alias.RULE, "this contains itself", source)
            self._open.add(id(source))
            yield from self._entries(source, merged=True)
            self._open.discard(id(source))

    def _key(self, composed: yaml.Node) -> Scalar | None:
        span = self._span(composed)
        if not isinstance(composed, yaml.ScalarNode):
            is_template = isinstance(composed, yaml.MappingNode)
            hint = "a template needs quotes around it" if is_template else None
            self._report.add(unsupported_yaml.RULE, "a key must be text", span, hint=hint)
            return None
        return Scalar(composed.value, span, composed.value)

    def _repeated(self, name: Scalar, first: Scalar) -> None:
        self._report.add(
            duplicate_key.RULE,
            f"{name.value!r} is written twice",
            name.span,
            hint="keep one of them; YAML would silently take the last",
            related=[Label(first.span, "first written here")],
        )

    def _scalar(self, composed: yaml.ScalarNode, span: Span) -> Scalar:
        text = composed.value
        if composed.tag == _TEXT_TAG:
            return Scalar(text, span, text)
        if composed.tag not in _SCALAR_TAGS:
            tag = composed.tag.removeprefix("tag:yaml.org,2002:")
            self._report.add(unsupported_yaml.RULE, f"the tag '{tag}' is not supported", span)
            return Scalar(text, span, text)
        try:
            value = self._constructor.construct_object(composed)
        except (ValueError, OverflowError):
            value = text
        if isinstance(value, dt.date):
            value = value.isoformat()
        if _is_no_json(value):
            self._report.add(unsupported_yaml.RULE, "this number cannot be written as JSON", span)
            value = None
        return Scalar(value, span, text)

    def _span(self, composed: yaml.Node) -> Span:
        """Where a node stands; a block's end is cut back to its last child's."""
        start, end = _position(composed.start_mark), _position(composed.end_mark)
        if isinstance(composed, yaml.CollectionNode) and not composed.flow_style:
            last = composed.value[-1] if composed.value else None
            last = last[1] if isinstance(last, tuple) else last
            if last is not None and last.end_mark.line < composed.end_mark.line:
                end = _position(last.end_mark)
        elif isinstance(composed, yaml.ScalarNode) and composed.style in ("|", ">"):
            end = Position(start.line, start.column + 1)
        return Span(self._file, start, end)

    def _failure(self, rule: Rule, message: str, at: yaml.Node) -> _Unusable:
        self._report.add(rule, message, self._span(at))
        return _Unusable()


def _is_no_json(value: object) -> bool:
    if isinstance(value, float):
        return not math.isfinite(value)
    return isinstance(value, int) and value.bit_length() > _WIDEST


def _position(mark: yaml.Mark) -> Position:
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
