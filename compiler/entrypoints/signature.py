"""The parameters of a function, in the order in which Python counts them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

# Parameters that Prefect leaves out, as methods get them without being asked.
IMPLICIT = ("self", "cls")


class Passing(StrEnum):
    """How an argument reaches its parameter."""

    POSITION = "position"
    ANY = "any"
    POSITIONS = "positions"
    KEYWORD = "keyword"
    KEYWORDS = "keywords"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A parameter as it is written."""

    name: str
    position: int
    passing: Passing
    annotation: ast.expr | None
    default: ast.expr | None

    @property
    def is_variadic(self) -> bool:
        """Whether it takes any number of arguments: `*args` or `**kwargs`."""
        return self.passing in (Passing.POSITIONS, Passing.KEYWORDS)


def written_parameters(arguments: ast.arguments) -> tuple[Written, ...]:
    """All parameters, `self` and variadic ones too."""
    return tuple(
        Written(
            name=argument.arg,
            position=position,
            passing=passing,
            annotation=argument.annotation,
            default=default,
        )
        for position, (argument, passing, default) in enumerate(_arguments(arguments))
    )


def render_signature(parameters: tuple[Written, ...]) -> str:
    """`(source: str, day: date, *, retry: int = 3)`, without `self`."""
    return f"({', '.join(_pieces(parameters))})"


def _arguments(
    arguments: ast.arguments,
) -> Iterator[tuple[ast.arg, Passing, ast.expr | None]]:
    first = [*arguments.posonlyargs, *arguments.args]
    without = [None] * (len(first) - len(arguments.defaults))
    for at, (argument, default) in enumerate(
        zip(first, [*without, *arguments.defaults], strict=True)
    ):
        passing = Passing.POSITION if at < len(arguments.posonlyargs) else Passing.ANY
        yield argument, passing, default
    if arguments.vararg:
        yield arguments.vararg, Passing.POSITIONS, None
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield argument, Passing.KEYWORD, default
    if arguments.kwarg:
        yield arguments.kwarg, Passing.KEYWORDS, None


def _pieces(parameters: tuple[Written, ...]) -> Iterator[str]:
    before: Passing | None = None
    for parameter in parameters:
        if parameter.name in IMPLICIT:
            continue
        if before is Passing.POSITION and parameter.passing is not Passing.POSITION:
            yield "/"
        if parameter.passing is Passing.KEYWORD and before not in (
            Passing.KEYWORD,
            Passing.POSITIONS,
        ):
            yield "*"
        yield _piece(parameter)
        before = parameter.passing
    if before is Passing.POSITION:
        yield "/"


def _piece(parameter: Written) -> str:
    stars = {Passing.POSITIONS: "*", Passing.KEYWORDS: "**"}.get(parameter.passing, "")
    text = stars + parameter.name
    if parameter.annotation is not None:
        text += f": {_text(parameter.annotation)}"
    if parameter.default is not None:
        equals = " = " if parameter.annotation is not None else "="
        text += equals + _text(parameter.default)
    return text


def _text(node: ast.expr) -> str:
    """As `ast.unparse`, which takes its time for a mere name too."""
    if isinstance(node, ast.Name):
        return node.id
    try:
        return ast.unparse(node)
    except RecursionError:
        return "…"
