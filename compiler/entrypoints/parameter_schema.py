"""The JSON Schema of a flow's parameters, equal to what Prefect 3 stores for it.

Plain types are written down. For the others, as in Prefect, a pydantic model is made
with the parameter as its field and asked for its schema: its types come from the closed
table and from classes made again from their text.

Source: prefect.utilities.callables.generate_parameter_schema
"""

import ast
import typing
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from compiler.desired.json import Json
from compiler.entrypoints.annotation import PREFECT_NAMES, Annotations, annotations_of
from compiler.entrypoints.binding import Binding, Import
from compiler.entrypoints.evaluate import Evaluator
from compiler.entrypoints.known import canonical
from compiler.entrypoints.model_schema import Column, column, column_schema, have_namesakes
from compiler.entrypoints.plain_schema import NotPlain, plain_schema, plain_value
from compiler.entrypoints.scope import Definition, Meaning, Scope, Unknowable, find
from compiler.entrypoints.signature import IMPLICIT, Written

# How many names are followed to a `Field(...)`.
_MOST_NAMES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A function as its schema needs it: what it takes, and what can be seen from it."""

    parameters: tuple[Written, ...]
    returns: ast.expr | None
    scope: Scope
    descriptions: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterSchema:
    """A schema, and the parameters of which it holds no more than what is certain."""

    schema: Mapping[str, Json]
    unknown: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What the schema says of one parameter; `column` is its field where pydantic was asked."""

    property: Mapping[str, Json]
    is_required: bool
    is_known: bool = True
    definitions: Mapping[str, Json] = field(default_factory=dict)
    column: Column | None = None


def parameter_schema(subject: Subject) -> ParameterSchema:
    """The schema of all parameters but `self` and `cls`, in the order of the text."""
    _forget_types()
    explicit = [one for one in subject.parameters if one.name not in IMPLICIT]
    evaluator = Evaluator(strings=_names_in_strings(subject))
    annotations = annotations_of(
        [*(one.annotation for one in subject.parameters), subject.returns],
        evaluator=evaluator,
        scope=subject.scope,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydantic's words on odd names and defaults
        parts = {one.name: _part(one, subject, annotations) for one in explicit}
        if _have_namesakes(parts.values()):
            ambiguous = [one for one in explicit if parts[one.name].definitions]
            parts.update({one.name: _certain(one, subject) for one in ambiguous})
    unknown = frozenset(name for name, part in parts.items() if not part.is_known)
    return ParameterSchema(schema=_assembled(parts), unknown=unknown)


def _forget_types() -> None:
    """Make `typing` build types anew, as it does in Prefect's process.

    It keeps `List[int | str]` for one that asks for `List[str | int]`, which is its
    equal, so that one flow would show in the schema of another.
    """
    for forget in getattr(typing, "_cleanups", ()):
        forget()


def _names_in_strings(subject: Subject) -> Scope:
    """What a string within a type can name; pydantic looks among the parameters first."""
    hidden = {one.name: (Binding((0, 0), None),) for one in subject.parameters}
    return replace(PREFECT_NAMES, names={**PREFECT_NAMES.names, **hidden})


def _part(one: Written, subject: Subject, annotations: Annotations) -> _Part:
    default: object = ...
    try:
        if one.default is not None:
            default = annotations.evaluator.value(one.default, subject.scope)
        type_ = annotations.type_of(one.annotation)
        try:
            return _plain(one, type_, default, subject)
        except NotPlain:
            return _modelled(one, type_, default, subject)
    except (Unknowable, RecursionError):
        return _certain(one, subject)


def _plain(one: Written, type_: object, default: object, subject: Subject) -> _Part:
    """The part as it is written down; a name with `_` before it is none of a field."""
    if one.name.startswith("_"):
        raise NotPlain
    found = plain_schema(type_)
    if one.default is not None:
        found["default"] = plain_value(default)
    found |= _words(one, subject)
    return _Part(property=dict(sorted(found.items())), is_required=one.default is None)


def _modelled(one: Written, type_: object, default: object, subject: Subject) -> _Part:
    description = subject.descriptions.get(one.name)
    made = column(one.name, type_, default, description=description, position=one.position)
    schema = column_schema(made)
    properties, definitions = schema["properties"], schema.get("$defs")
    found = properties[one.name] if isinstance(properties, dict) else None
    return _Part(
        property=found if isinstance(found, dict) else {},
        is_required="required" in schema,
        definitions=definitions if isinstance(definitions, dict) else {},
        column=made,
    )


def _have_namesakes(parts: Iterable[_Part]) -> bool:
    """Whether two classes of the schema have one name."""
    columns = [part.column for part in parts if part.column is not None and part.definitions]
    return bool(columns) and have_namesakes(columns)


def _certain(one: Written, subject: Subject) -> _Part:
    """What is known of a parameter whatever its type; a `Field` for a default may say more."""
    call = _field_call(one, subject)
    return _Part(
        property={"title": one.name} if call else _words(one, subject),
        is_required=not _has_default(call) if call else one.default is None,
        is_known=False,
    )


def _words(one: Written, subject: Subject) -> dict[str, Json]:
    described = subject.descriptions.get(one.name)
    words: dict[str, Json] = {} if described is None else {"description": described}
    return {**words, "position": one.position, "title": one.name}


def _field_call(one: Written, subject: Subject) -> ast.Call | None:
    """The default, where it is a `Field(...)`, also through a name."""
    node, scope = one.default, subject.scope
    for _ in range(_MOST_NAMES):
        try:
            meanings = (
                find(node.func if isinstance(node, ast.Call) else node, scope) if node else ()
            )
        except Unknowable:
            return None
        match node, meanings:
            case ast.Call(), _:
                return node if any(map(_is_field, meanings)) else None
            case _, (*_, Definition(bound=ast.expr() as node, scope=scope)):
                continue
            case _:
                return None
    return None


def _is_field(meaning: Meaning) -> bool:
    match meaning:
        case Definition(bound=Import(path=path)):
            return canonical(path) == "pydantic.Field"
        case _:
            return False


def _has_default(call: ast.Call) -> bool:
    """Whether a call of `Field` names a default; Prefect does not heed a `default_factory`."""
    named = [keyword.value for keyword in call.keywords if keyword.arg == "default"]
    return any(
        not (isinstance(one, ast.Constant) and one.value is ...) for one in [*call.args[:1], *named]
    )


def _assembled(parts: Mapping[str, _Part]) -> Mapping[str, Json]:
    required: list[Json] = [name for name, part in parts.items() if part.is_required]
    definitions = {name: one for part in parts.values() for name, one in part.definitions.items()}
    return {
        "title": "Parameters",
        "type": "object",
        "properties": {name: part.property for name, part in parts.items()},
        **({"required": required} if required else {}),
        **({"definitions": definitions} if definitions else {}),
    }
