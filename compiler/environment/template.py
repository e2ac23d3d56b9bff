"""Fill in `{{ $NAME }}` and `{{ vars.x }}`, and know what is left for later stages.

| placeholder | filled in |
| --- | --- |
| `$NAME`, `vars.x` | here |
| `prefect.variables.…`, `prefect.blocks.…` in `pull` and `job_variables` | by workers |
| the same elsewhere | from the server, when it is looked at |
| `output`, `step-id.output` | here, once the steps of `build` and `push` have run |
| `ctx.…`, `event.…`, `flow_run.…` | when the flow runs |
"""

import re
from collections.abc import Iterable
from collections.abc import Mapping as Values
from dataclasses import dataclass, replace
from typing import Protocol

from compiler.desired.steps import Built, Waiting, names_in
from compiler.diagnostics import Edit, Fix, Report, Safety, Span
from compiler.diagnostics.pages import (
    known_after_build,
    misplaced_output,
    no_such_output,
    secret_block,
    undefined_input,
    unknown_placeholder,
    unset_variable,
)
from compiler.diagnostics.spelling import nearest
from compiler.environment.outputs import (
    NO_OUTPUTS,
    SECTIONS,
    Outputs,
    looked_up,
    outputs_within,
)
from compiler.environment.placeholder import (
    Braces,
    Default,
    Placeholder,
    Reference,
    Unreadable,
    is_plain,
    parse_placeholder,
    placeholders,
    span_within,
    unclosed,
    whole,
)
from compiler.environment.room import DEEPEST, Room
from compiler.source.nodes import Mapping, Node, Scalar, Sequence, placed

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
_WITH_OUTPUTS = frozenset(
    {"parameters", "tags", "description", "version", "labels", "job_variables", "pull", "value"}
)
_WITHOUT_OUTPUTS = frozenset(
    {"schedule", "schedules", "triggers", "base_job_template", "base_job_template_patch"}
)
_PARTS = frozenset({1, 3})  # levels of the document and of each deployment, which have steps
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
class _Place:
    """What may stay unfilled where a value stands; `takes_outputs` None is: nowhere in there."""

    outputs: Outputs
    by_workers: bool = False
    from_server: bool = False
    in_steps: bool = False
    takes_outputs: bool | None = False


class Renderer:
    """Fills in what can be filled in, and reports what cannot.

    `filled` are the environment variables that it took, by name; `waiting` is what only the
    outputs of build and push steps will fill in, `asked_for` what outputs were called by, and
    `step_ids` what the steps are.
    """

    def __init__(
        self,
        environ: Values[str, str],
        inputs: Inputs,
        report: Report,
        room: Room,
        *,
        deepest: int = DEEPEST,
        built: Built | None = None,
    ) -> None:
        self._environ = environ
        self._inputs = inputs
        self._report = report
        self._room = room
        self._deepest = deepest
        self._depth = 0
        self.filled: dict[str, str] = {}
        self._built = built
        self.waiting: list[Waiting] = []
        self.asked_for: set[str] = set()
        self.step_ids: set[str] = set()

    def render(self, node: Node) -> Node:
        """The tree with its templates filled in; parts without any stay the same objects."""
        return self._node(node, _Place(outputs=NO_OUTPUTS))

    def _node(self, node: Node, place: _Place) -> Node:
        if isinstance(node, Scalar):
            return node if is_plain(node) else self._scalar(node, str(node.value), place)
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
                sections = self._sections(node, place)
                if sections and self._built is not None:
                    outputs = outputs_within(sections, place.outputs, self._built)
                    place = replace(place, outputs=outputs)
                    self.step_ids |= outputs.ids
                values = tuple(
                    [
                        item
                        if is_plain(item)
                        else sections.get(str(key.value)) or self._node(item, _inside(key, place))
                        for key, item in entries
                    ]
                )
                if _same(values, tuple([item for _, item in entries])):
                    return node
                keys = (key for key, _ in entries)
                return Mapping(tuple(zip(keys, values, strict=True)), span)

    def _sections(self, node: Mapping, place: _Place) -> dict[str, Node]:
        """The build and push steps of a part, rendered before what names their outputs."""
        if self._depth not in _PARTS:
            return {}
        own = ((name, node.key(name), node.get(name)) for name in SECTIONS)
        return {
            name: self._node(item, _inside(key, place))
            for name, key, item in own
            if key is not None and item is not None
        }

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
            case Reference() as reference if place.takes_outputs and _is_output(reference, place):
                return self._output(reference, found, scalar, place)
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

    def _output(
        self, reference: Reference, found: Placeholder, scalar: Scalar, place: _Place
    ) -> Node | None:
        """What a step has put out; None where it has not run, or may not be meant."""
        outputs, name, at = place.outputs, reference.name, span_within(scalar, found)
        is_sure = not place.in_steps or "." in name
        self.asked_for.add(name)
        if outputs.known is None:
            self.waiting.append(Waiting(text=found.text, name=name, at=at, is_sure=is_sure))
            return None
        output = looked_up(outputs.known, name)
        if output is not None:
            return self._fitting(placed(output.value, scalar.span), scalar, found)
        if reference.default is None and is_sure:
            self._not_put_out(name, outputs, at)
        return _default(reference.default, scalar)

    def _not_put_out(self, name: str, outputs: Outputs, at: Span) -> None:
        if outputs.is_given:
            message = f"'{name}' is known only after the build, and was not given"
            hint = f"give it with --set-output {name}=…"
            self._report.add(known_after_build.RULE, message, at, hint=hint)
            return
        known = sorted(names_in(outputs.known or {}))
        near = nearest(name, known)
        hint = f"did you mean '{near[0]}'?" if near else f"they put out: {', '.join(known)}"
        message = f"the steps have run, and put out no '{name}'"
        self._report.add(no_such_output.RULE, message, at, hint=hint)

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
        elif place.outputs.has(inner.partition("|")[0].strip()):
            message = f"'{inner}' is known only after the build, and this is needed before"
            hint = "it may stand in job_variables, parameters, tags, description, version, pull"
            at = span_within(scalar, found)
            self._report.add(misplaced_output.RULE, message, at, hint=hint)
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


def _is_output(reference: Reference, place: _Place) -> bool:
    is_other = reference.name.startswith((*AT_RUN_TIME, *ON_SERVER))
    return not is_other and place.outputs.has(reference.name)


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
    if name in _WITHOUT_OUTPUTS:
        place = replace(place, takes_outputs=None)
    elif name in _WITH_OUTPUTS and place.takes_outputs is False:
        place = replace(place, takes_outputs=True)
    if name in _STEPS:
        return replace(place, by_workers=True, in_steps=True)
    if name == "job_variables":
        return replace(place, by_workers=True)
    if name in _FROM_SERVER and not place.by_workers:
        return replace(place, from_server=True)
    return place
