"""The values of `vars`: declared in files, given by environments, var files and `--var`.

    declaration = value | {default, required, type, description}

What is given later wins.  Values may hold templates, of other inputs too.
"""

from collections.abc import Iterable
from collections.abc import Mapping as Values
from dataclasses import dataclass

from compiler.diagnostics import Report, Span
from compiler.diagnostics.pages import document_too_large, input_cycle, missing_input, wrong_input
from compiler.environment.assignment import typed
from compiler.environment.room import DEEPEST_INPUT, Room
from compiler.environment.template import Renderer
from compiler.source.nodes import Mapping, Node, Scalar, Sequence

_LONGEST_CHAIN = 20  # inputs, each made of the next
_TYPES: Values[str, tuple[str, tuple[type, ...]]] = {
    "string": ("text", (str,)),
    "integer": ("a whole number", (int,)),
    "number": ("a number", (int, float)),
    "boolean": ("true or false", (bool,)),
    "array": ("a list", ()),
    "object": ("a mapping", ()),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """An input as it is declared; `type` is one of JSON Schema's, None if any will do.

    A type that only its default suggests is asked of texts alone: what `--var` gives is one.
    """

    default: Node | None
    type: str | None
    is_suggested: bool
    at: Span


class Inputs:
    """The inputs of one file; each is worked out when it is first asked for."""

    def __init__(
        self,
        declared: Iterable[Mapping],
        given: Iterable[Mapping],
        environ: Values[str, str],
        report: Report,
        room: Room,
    ) -> None:
        self._declared = {
            str(key.value): _declaration(key, item)
            for each in declared
            for key, item in each.entries
        }
        self._given = {name: node for each in given for name, node in each}
        self._report = report
        self._renderer = Renderer(environ, self, report, room, deepest=DEEPEST_INPUT)
        self._done: dict[str, Node | None] = {}
        self._open: list[str] = []
        self._asked: set[str] = set()
        self._reported: set[str] = set()

    @property
    def names(self) -> tuple[str, ...]:
        """All that are declared or given."""
        return tuple({**self._declared, **self._given})

    @property
    def declared(self) -> tuple[str, ...]:
        """Those that a file declares."""
        return tuple(self._declared)

    @property
    def filled(self) -> Values[str, str]:
        """What inputs are made of, by name: environment variables, and texts that were given."""
        texts = {
            name: node.value
            for name in self._done
            if isinstance(node := self._done[name], Scalar) and isinstance(node.value, str)
        }
        return {**self._renderer.filled, **texts}

    @property
    def asked_for(self) -> frozenset[str]:
        """Names that a template has used, whether they led anywhere or not."""
        return frozenset(self._asked)

    def is_reported(self, name: str) -> bool:
        """Whether its absence has been reported where it is declared."""
        return name in self._reported

    def value(self, name: str) -> Node | None:
        """The input's value; None if there is none, and what is declared is then reported."""
        self._asked.add(name)
        return self._get(name)

    def check(self) -> None:
        """Work out every declared input, so that a missing one is found though nobody asks."""
        for name in self._declared:
            self._get(name)

    def _get(self, name: str) -> Node | None:
        if name in self._open:
            self._refuse_cycle(name)
            return None
        if name not in self._done and len(self._open) >= _LONGEST_CHAIN:
            self._refuse_chain(name)
            return None
        if name not in self._done:
            self._open.append(name)
            self._done[name] = self._work_out(name)
            self._open.pop()
        return self._done[name]

    def _work_out(self, name: str) -> Node | None:
        declaration = self._declared.get(name)
        written = self._given.get(name)
        if written is None and declaration is not None:
            written = declaration.default
        if written is None:
            if declaration is not None:
                self._refuse_missing(name, declaration.at)
            return None
        value = self._renderer.render(written)
        return value if declaration is None else self._fitted(name, value, declaration)

    def _fitted(self, name: str, value: Node, declaration: Declaration) -> Node | None:
        """The value as its type asks for; text that was given is read as YAML for it."""
        kind = declaration.type
        is_text = isinstance(value, Scalar) and isinstance(value.value, str)
        if kind is None or _is(value, kind) or (declaration.is_suggested and not is_text):
            return value
        if isinstance(value, Scalar) and isinstance(value.value, str):
            parsed = typed(value.value, value.span, Report())
            if parsed is not None and _is(parsed, kind):
                return parsed
        message = f"'vars.{name}' should be {_TYPES[kind][0]}"
        self._report.add(wrong_input.RULE, message, value.span)
        self._reported.add(name)
        return None

    def _refuse_missing(self, name: str, at: Span) -> None:
        self._reported.add(name)
        message = f"'vars.{name}' is required and was not given"
        hint = f"give it with --var {name}=…, a --var-file, or an environment"
        self._report.add(missing_input.RULE, message, at, hint=hint)

    def _refuse_chain(self, name: str) -> None:
        """So long a chain would be too deep for us, and nobody can follow it either."""
        self._reported.add(name)
        message = f"inputs are made of one another, more than {_LONGEST_CHAIN} in a row"
        self._report.add(document_too_large.RULE, message, self._place(self._open[0]))

    def _refuse_cycle(self, name: str) -> None:
        names = self._open[self._open.index(name) :]
        self._reported.update(names)
        chain = " → ".join(f"vars.{each}" for each in (*names, name))
        message = f"inputs are made of one another: {chain}"
        self._report.add(input_cycle.RULE, message, self._place(name))

    def _place(self, name: str) -> Span | None:
        declaration, node = self._declared.get(name), self._given.get(name)
        return node.span if node is not None else declaration.at if declaration else None


def _declaration(key: Scalar, written: Node) -> Declaration:
    if not isinstance(written, Mapping):
        return Declaration(
            default=written, type=_suggested(written), is_suggested=True, at=key.span
        )
    kind, default = written.get("type"), written.get("default")
    named = kind.value if isinstance(kind, Scalar) else None
    is_named = isinstance(named, str) and named in _TYPES
    return Declaration(
        default=default,
        type=str(named) if is_named else _suggested(default),
        is_suggested=not is_named,
        at=key.span,
    )


def _suggested(default: Node | None) -> str | None:
    """The type that a default suggests; None for texts, which any text can take the place of."""
    match default:
        case Scalar(bool()):
            return "boolean"
        case Scalar(int() | float()):
            return "number"
        case Sequence():
            return "array"
        case Mapping():
            return "object"
        case _:
            return None


def _is(node: Node, kind: str) -> bool:
    match node:
        case Scalar(value=value):
            types = _TYPES[kind][1]
            return isinstance(value, types) and (kind == "boolean" or not isinstance(value, bool))
        case Sequence():
            return kind == "array"
        case Mapping():
            return kind == "object"
