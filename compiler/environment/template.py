"""Fill in `{{ $NAME }}`, and know which placeholders are left for later.

    placeholder = "{{" ( "$" NAME | "'{{'" | reference ) [ "| default(" text ")" ] "}}"

A reference to a Prefect variable or block stays as written where workers
resolve it; run-time templates (`ctx.`, `event.`, `flow_run.`) are never touched.
"""

import difflib
import re
from collections.abc import Mapping as Values
from dataclasses import dataclass

from compiler.diagnostics import Position, Report, Span
from compiler.diagnostics.pages import unknown_placeholder, unset_variable
from compiler.source.nodes import Mapping, Node, Scalar, Sequence

_PLACEHOLDER = re.compile(r"\{\{\s*(?P<inner>'\{\{'|.*?)\s*\}\}")
_UNCLOSED = re.compile(r"\{\{\s*\$\w+(?![^{]*\}\})")
_VARIABLE = re.compile(r"\$(?P<name>\w+)\s*(?:\|\s*default\(\s*(['\"])(?P<default>.*?)\2\s*\))?")
_AT_RUN_TIME = ("ctx.", "event.", "flow_run.", "flow.", "deployment.", "work_pool.")
_BY_WORKERS = ("prefect.variables.", "prefect.blocks.")
_STEPS = frozenset({"build", "push", "pull", "triggers", "base_job_template"})


@dataclass(frozen=True, slots=True)
class _Place:
    """What may stay unfilled where a value stands."""

    by_workers: bool = False
    in_steps: bool = False


@dataclass(frozen=True, slots=True)
class Rendered:
    """The document with every environment variable filled in, and which those were."""

    root: Node
    filled: Values[str, str]


def render(root: Node, environ: Values[str, str], report: Report) -> Rendered:
    """Fill in what can be filled in, and report what cannot."""
    renderer = _Renderer(environ, report)
    return Rendered(renderer.node(root, _Place()), renderer.filled)


class _Renderer:
    def __init__(self, environ: Values[str, str], report: Report) -> None:
        self._environ = environ
        self._report = report
        self.filled: dict[str, str] = {}

    def node(self, node: Node, place: _Place) -> Node:
        match node:
            case Scalar(str() as text) if "{{" in text:
                return Scalar(self._text(node, text, place), node.span, node.text)
            case Scalar():
                return node
            case Sequence(items, span):
                return Sequence(tuple(self.node(item, place) for item in items), span)
            case Mapping(entries, span):
                filled = ((key, self.node(item, _inside(key, place))) for key, item in entries)
                return Mapping(tuple(filled), span)

    def _text(self, scalar: Scalar, text: str, place: _Place) -> str:
        def fill(found: re.Match[str]) -> str:
            return self._fill(found, scalar, place)

        filled = _PLACEHOLDER.sub(fill, text)
        if (found := _UNCLOSED.search(filled)) is not None:
            at = _span_within(scalar, found) if filled == text else scalar.span
            message = f"the template '{found[0]}' is not closed"
            self._report.add(unknown_placeholder.RULE, message, at, hint="end it with '}}'")
        return filled

    def _fill(self, found: re.Match[str], scalar: Scalar, place: _Place) -> str:
        inner = found["inner"]
        if inner == "'{{'":
            return "{{"
        if inner.startswith("$"):
            return self._variable(found, scalar)
        stays = (
            place.in_steps
            or inner.startswith(_AT_RUN_TIME)
            or (place.by_workers and inner.startswith(_BY_WORKERS))
        )
        if not stays:
            self._refuse(inner, found, scalar)
        return found[0]

    def _variable(self, found: re.Match[str], scalar: Scalar) -> str:
        parsed = _VARIABLE.fullmatch(found["inner"])
        at = _span_within(scalar, found)
        if parsed is None:
            message = f"'{found['inner']}' cannot be read"
            hint = "write {{ $NAME }} or {{ $NAME | default('text') }}"
            self._report.add(unknown_placeholder.RULE, message, at, hint=hint)
            return found[0]
        value = self._environ.get(parsed["name"], parsed["default"])
        if value is None:
            self._unset(parsed["name"], at)
            return found[0]
        self.filled[parsed["name"]] = value
        return value

    def _unset(self, name: str, at: Span) -> None:
        near = difflib.get_close_matches(name, self._environ, n=1, cutoff=0.85)
        hint = f"{near[0]!r} is set; did you mean that?" if near else None
        self._report.add(
            unset_variable.RULE,
            f"the environment variable {name!r} is not set",
            at,
            hint=hint or f"set it, or write {{{{ ${name} | default('…') }}}}",
        )

    def _refuse(self, inner: str, found: re.Match[str], scalar: Scalar) -> None:
        hint = "environment variables are written {{ $NAME }}"
        if inner.startswith(_BY_WORKERS):
            hint = "Prefect variables and blocks can stand in 'pull' and 'job_variables'"
        elif inner.startswith("vars."):
            hint = "this version does not support 'vars' yet; use {{ $NAME }}"
        elif "." in inner:
            hint = "outputs of build steps are not filled in yet; use {{ $NAME }}"
        at = _span_within(scalar, found)
        self._report.add(unknown_placeholder.RULE, f"nothing defines '{inner}'", at, hint=hint)


def _inside(key: Scalar, place: _Place) -> _Place:
    name = str(key.value)
    if name in _STEPS:
        return _Place(by_workers=True, in_steps=True)
    return _Place(by_workers=True) if name == "job_variables" else place


def _span_within(scalar: Scalar, found: re.Match[str]) -> Span:
    """Where the placeholder stands; the whole value where quoting hides that."""
    span = scalar.span
    width = span.end.column - span.start.column if span.start.line == span.end.line else -1
    offset = {len(scalar.text): 0, len(scalar.text) + 2: 1}.get(width)
    if offset is None:
        return span
    line, column = span.start.line, span.start.column + offset
    return Span(
        span.file, Position(line, column + found.start()), Position(line, column + found.end())
    )
