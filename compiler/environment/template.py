"""Fill in `{{ $NAME }}` and `{{ vars.x }}`, and know what is left for later stages.

| placeholder | filled in |
| --- | --- |
| `$NAME`, `vars.x` | here |
| `prefect.variables.…`, `prefect.blocks.…` in `pull` and `job_variables` | by workers |
| the same elsewhere | from the server, when it is looked at |
| `output`, `step-id.output` | when the steps of `build` and `push` have run |
| `ctx.…`, `event.…`, `flow_run.…` | when the flow runs |
"""

import re
from collections.abc import Iterable
from collections.abc import Mapping as Values
from dataclasses import dataclass, replace
from typing import Protocol

from compiler.diagnostics import Edit, Fix, Report, Safety, Span
from compiler.diagnostics.pages import (
    secret_block,
    undefined_input,
    unknown_placeholder,
    unset_variable,
)
from compiler.diagnostics.spelling import nearest
from compiler.environment.placeholder import (
    Braces,
    Default,
    Placeholder,
    Reference,
    Unreadable,
    parse_placeholder,
    placeholders,
    span_within,
    unclosed,
    whole,
)
from compiler.environment.room import DEEPEST, Room
from compiler.source.nodes import Mapping, Node, Scalar, Sequence

AT_RUN_TIME = ("ctx.", "event.", "flow_run.", "flow.", "deployment.", "work_pool.")
ON_SERVER = ("prefect.variables.", "prefect.blocks.")
_SECRET_BLOCK = "prefect.blocks.secret."  # noqa: S105  # a kind of block
_MOST_PLACES = 20  # that one value is made of; more help nobody
_STEPS = frozenset(
    {
        *("build", "push", "pull", "triggers", "automations"),
        *("base_job_template", "base_job_template_patch"),
    }
)
_FROM_SERVER = frozenset({"parameters", "tags", "description", "version", "work_pool", "labels"})


class Inputs(Protocol):
    """Where `vars.x` leads."""

    def value(self, name: str) -> Node | None:
        """The input's value; None if there is none, or it is missing and reported."""

    def is_reported(self, name: str) -> bool:
        """Whether its absence has been reported where it is declared."""

    @property
    def names(self) -> Iterable[str]:
        """All that are declared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """The build and push steps whose outputs may be named: their ids, and whether there are any."""

    ids: frozenset[str] = frozenset()
    has_steps: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """What may stay unfilled where a value stands."""

    outputs: Outputs
    by_workers: bool = False
    from_server: bool = False
    in_steps: bool = False


class Renderer:
    """Fills in what can be filled in, and reports what cannot.

    `filled` are the environment variables that it took, by name; `after_build` the places
    of what only the outputs of build and push steps will fill in.
    """

    def __init__(
        self,
        environ: Values[str, str],
        inputs: Inputs,
        report: Report,
        room: Room,
        *,
        deepest: int = DEEPEST,
    ) -> None:
        self._environ = environ
        self._inputs = inputs
        self._report = report
        self._room = room
        self._deepest = deepest
        self._depth = 0
        self.filled: dict[str, str] = {}
        self.after_build: list[Span] = []

    def render(self, node: Node, outputs: Outputs) -> Node:
        """The tree with its templates filled in; parts without any stay the same objects."""
        return self._node(node, _Place(outputs=outputs))

    def _node(self, node: Node, place: _Place) -> Node:
        if isinstance(node, Scalar):
            text = node.value
            is_template = isinstance(text, str) and "{{" in text
            return self._scalar(node, str(text), place) if is_template else node
        if self._depth >= self._deepest:
            self._room.refuse_depth(node.span)
            return node
        self._depth += 1
        rendered = self._inner(node, place)
        self._depth -= 1
        return rendered

    def _inner(self, node: Sequence | Mapping, place: _Place) -> Node:
        match node:
            case Sequence(items, span):
                rendered = tuple([self._node(item, place) for item in items])
                return node if _same(rendered, items) else Sequence(rendered, span)
            case Mapping(entries, span):
                outputs = outputs_of(node, place.outputs)
                if outputs is not place.outputs:
                    place = replace(place, outputs=outputs)
                values = tuple([self._node(item, _inside(key, place)) for key, item in entries])
                if _same(values, tuple([item for _, item in entries])):
                    return node
                keys = (key for key, _ in entries)
                return Mapping(tuple(zip(keys, values, strict=True)), span)

    def _scalar(self, scalar: Scalar, text: str, place: _Place) -> Node:
        if (all_of_it := whole(text)) is not None:
            return self._whole(scalar, all_of_it, place)
        parts: list[str] = []
        via: list[Span] = []
        end = 0
        for found in placeholders(text):
            value = self._value(found, scalar, place)
            via += () if value is None else _places(value, scalar)
            shown = found.text if value is None else self._as_text(value, found, scalar)
            parts += (text[end : found.start], shown)
            end = found.end
        filled = "".join((*parts, text[end:]))
        if (opened := unclosed(filled)) is not None:
            at = span_within(scalar, opened) if filled == text else scalar.span
            message = f"the template '{opened.text}' is not closed"
            self._report.add(unknown_placeholder.RULE, message, at, hint="end it with '}}'")
        return Scalar(filled, scalar.span, scalar.text, tuple(dict.fromkeys(via)))

    def _whole(self, scalar: Scalar, found: Placeholder, place: _Place) -> Node:
        """The value of a template that is all there is: it keeps its type."""
        value = self._value(found, scalar, place)
        match value:
            case None:
                return scalar
            case Scalar():
                return Scalar(value.value, scalar.span, scalar.text, _places(value, scalar))
            case _:
                return value

    def _as_text(self, value: Node, found: Placeholder, scalar: Scalar) -> str:
        if isinstance(value, Scalar) and value.value is not None:
            return value.value if isinstance(value.value, str) else value.text
        kind = "nothing" if isinstance(value, Scalar) else "no text"
        message = f"'{found.inner}' is {kind}, and cannot stand inside a text"
        self._report.add(unknown_placeholder.RULE, message, span_within(scalar, found))
        return found.text

    def _value(self, found: Placeholder, scalar: Scalar, place: _Place) -> Node | None:
        """What a placeholder stands for; None if it stays as it is."""
        match parse_placeholder(found.inner):
            case Braces():
                return Scalar("{{", scalar.span, "{{")
            case Reference(name=name) as reference if name.startswith("$"):
                return self._variable(reference, scalar, found)
            case Reference(name=name) as reference if name.startswith("vars."):
                return self._input(reference, scalar, found)
            case Reference() | Unreadable():
                self._leave(found, scalar, place)
                return None

    def _variable(self, reference: Reference, scalar: Scalar, found: Placeholder) -> Node | None:
        name = reference.name.removeprefix("$")
        value = self._environ.get(name)
        if value is not None:
            self.filled[name] = value
            return self._fitting(Scalar(value, scalar.span, value), scalar, found)
        if reference.default is None:
            self._unset(name, span_within(scalar, found))
        return _default(reference.default, scalar)

    def _unset(self, name: str, at: Span) -> None:
        near = nearest(name, self._environ, cutoff=0.85)
        hint = f"{near[0]!r} is set; did you mean that?" if near else None
        self._report.add(
            unset_variable.RULE,
            f"the environment variable {name!r} is not set",
            at,
            hint=hint or f"set it, or write {{{{ ${name} | default('…') }}}}",
        )

    def _input(self, reference: Reference, scalar: Scalar, found: Placeholder) -> Node | None:
        name, *steps = reference.name.split(".")[1:]
        value = self._inputs.value(name)
        for step in steps:
            value = value.get(step) if isinstance(value, Mapping) else None
        if value is not None:
            return self._fitting(value, scalar, found)
        if reference.default is None and not self._inputs.is_reported(name):
            self._undefined(reference.name, span_within(scalar, found))
        return _default(reference.default, scalar)

    def _fitting(self, value: Node, scalar: Scalar, found: Placeholder) -> Node | None:
        at = span_within(scalar, found)
        return value if self._room.takes(value, at, depth=self._depth) else None

    def _undefined(self, name: str, at: Span) -> None:
        short = name.removeprefix("vars.")
        near = nearest(short, self._inputs.names)
        hint = f"did you mean 'vars.{near[0]}'?" if near else None
        self._report.add(
            undefined_input.RULE,
            f"nothing defines '{name}'",
            at,
            hint=hint or f"write it under 'vars', or {{{{ {name} | default('…') }}}}",
        )

    def _leave(self, found: Placeholder, scalar: Scalar, place: _Place) -> None:
        """Leave a placeholder as it is written, and say so where nothing will ever fill it."""
        inner = found.inner
        stays = place.in_steps or inner.startswith(AT_RUN_TIME)
        if stays or (place.by_workers and inner.startswith(ON_SERVER)):
            return
        if place.from_server and inner.startswith(_SECRET_BLOCK):
            hint = "a secret may stand in 'job_variables' and 'pull', where workers fill it in"
            message = f"'{inner}' would be stored on the server in clear"
            self._report.add(secret_block.RULE, message, span_within(scalar, found), hint=hint)
        elif place.from_server and inner.startswith(ON_SERVER):
            return
        elif _is_output(inner, place.outputs):
            self.after_build.append(span_within(scalar, found))
        else:
            self._refuse(found, scalar, place)

    def _refuse(self, found: Placeholder, scalar: Scalar, place: _Place) -> None:
        inner, at = found.inner, span_within(scalar, found)
        message, hint, fix = f"nothing defines '{inner}'", None, None
        if not re.fullmatch(r"\$?[\w.-]+", inner):
            message = f"'{inner}' cannot be read"
            hint = "write {{ $NAME }}, {{ vars.name }} or {{ $NAME | default('text') }}"
        elif inner.startswith(ON_SERVER):
            hint = "Prefect variables and blocks cannot stand here; use {{ $NAME }} or 'vars'"
        elif (near := self._near(inner, place)) is not None:
            hint, fix = f"did you mean '{near}'?", _instead(found, near, at)
        elif inner.startswith("env."):
            hint = f"write {{{{ ${inner.removeprefix('env.')} }}}}"
        elif "." in inner:
            hint = f"no step of 'build' or 'push' has the id {inner.partition('.')[0]!r}"
        self._report.add(
            unknown_placeholder.RULE,
            message,
            at,
            hint=hint or "environment variables are written {{ $NAME }}",
            fix=fix,
        )

    def _near(self, inner: str, place: _Place) -> str | None:
        """Another spelling that would mean something."""
        if inner in self._environ:
            return f"${inner}"
        if inner in self._inputs.names:
            return f"vars.{inner}"
        head, dot, rest = inner.partition(".")
        near = nearest(head, sorted(place.outputs.ids)) if dot else []
        return f"{near[0]}.{rest}" if near else None


def _instead(found: Placeholder, text: str, at: Span) -> Fix | None:
    """Another placeholder; None where its place is not sure, or is in the call."""
    is_exact = at.start.line == at.end.line and at.end.column - at.start.column == len(found.text)
    if not is_exact or at.file.startswith("--"):
        return None
    edits = (Edit(at, f"{{{{ {text} }}}}"),)
    return Fix(message=f"write '{text}'", edits=edits, safety=Safety.UNSAFE)


def outputs_of(node: Mapping, around: Outputs) -> Outputs:
    """The steps whose outputs may be named inside a mapping: its own, and those around it."""
    steps = [step for name in ("build", "push") for step in _steps(node.get(name))]
    if not steps:
        return around
    ids = {str(one.value) for step in steps if isinstance(one := step.get("id"), Scalar)}
    return Outputs(ids=around.ids | ids, has_steps=True)


def _steps(listed: Node | None) -> list[Mapping]:
    """What each step of a list is given."""
    steps = listed.items if isinstance(listed, Sequence) else (listed,)
    return [
        given
        for step in steps
        if isinstance(step, Mapping)
        for _, given in step
        if isinstance(given, Mapping)
    ]


def _is_output(inner: str, outputs: Outputs) -> bool:
    head, dot, _ = inner.partition(".")
    if not re.fullmatch(r"[\w-]+(\.[\w-]+)*", inner):
        return False
    return head in outputs.ids if dot else outputs.has_steps


def _places(value: Node, scalar: Scalar) -> tuple[Span, ...]:
    """Where a value comes from that is put into `scalar`."""
    via = value.via if isinstance(value, Scalar) else ()
    return via if value.span == scalar.span else (value.span, *via)[:_MOST_PLACES]


def _default(default: Default | None, scalar: Scalar) -> Node | None:
    return None if default is None else Scalar(default.value, scalar.span, default.text)


def _same(rendered: tuple[Node, ...], before: tuple[Node, ...]) -> bool:
    return all(one is other for one, other in zip(rendered, before, strict=True))


def _inside(key: Scalar, place: _Place) -> _Place:
    name = str(key.value)
    if name in _STEPS:
        return replace(place, by_workers=True, in_steps=True)
    if name == "job_variables":
        return replace(place, by_workers=True)
    if name in _FROM_SERVER and not place.by_workers:
        return replace(place, from_server=True)
    return place
