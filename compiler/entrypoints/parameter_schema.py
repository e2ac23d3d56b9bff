"""The JSON Schema of a flow's parameters, equal to what Prefect 3 stores for it.

Plain types are written down. For the others, as in Prefect, a pydantic model is made
with the parameter as its field and asked for its schema: its types come from the closed
table and from classes made again from their text.

Source: prefect.utilities.callables.generate_parameter_schema
"""

import ast
import typing
import warnings
from collections.abc import Mapping
from dataclasses import dataclass

from compiler.desired.json import Json
from compiler.entrypoints.annotation import Annotations, annotations_of
from compiler.entrypoints.binding import Import
from compiler.entrypoints.first_pydantic import uses_first_pydantic
from compiler.entrypoints.known import canonical
from compiler.entrypoints.model_schema import Column, column, model_schema
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
    """What the schema says of one parameter."""

    property: Mapping[str, Json]
    is_required: bool
    is_known: bool = True


def parameter_schema(subject: Subject) -> ParameterSchema:
    """The schema of all parameters but `self` and `cls`, in the order of the text."""
    _forget_types()
    explicit = [one for one in subject.parameters if one.name not in IMPLICIT]
    annotations = annotations_of(subject.parameters, subject.returns, scope=subject.scope)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydantic's words on odd names and defaults
        read = {one.name: _read(one, subject, annotations) for one in explicit}
        if any(_is_of_first_pydantic(one, annotations) for one in explicit if not read[one.name]):
            read = dict.fromkeys(read)
        modelled = model_schema([one for one in read.values() if isinstance(one, Column)])
    parts = {
        one.name: _part(one, read[one.name], modelled) or _certain(one, subject) for one in explicit
    }
    return ParameterSchema(
        schema=_assembled(parts, modelled),
        unknown=frozenset(name for name, part in parts.items() if not part.is_known),
    )


def _forget_types() -> None:
    """Make `typing` build types anew, as it does in Prefect's process.

    It keeps `List[int | str]` for one that asks for `List[str | int]`, which is its
    equal, so that one flow would show in the schema of another.
    """
    for forget in getattr(typing, "_cleanups", ()):
        forget()


def _read(one: Written, subject: Subject, annotations: Annotations) -> _Part | Column | None:
    """A part that is written down, or the field that pydantic is to be asked for."""
    default: object = ...
    try:
        if one.default is not None:
            default = annotations.evaluator.value(one.default, subject.scope)
        type_ = annotations.type_of(one.annotation)
        try:
            return _plain(one, type_, default, subject)
        except NotPlain:
            description = subject.descriptions.get(one.name)
            return column(one.name, type_, default, description=description, position=one.position)
    except (Unknowable, RecursionError):
        return None


def _is_of_first_pydantic(one: Written, annotations: Annotations) -> bool:
    if one.annotation is None:
        return False
    text = annotations.texts.get(one.annotation, one.annotation)
    return uses_first_pydantic(text, annotations.scope)


def _part(one: Written, read: _Part | Column | None, modelled: Mapping[str, Json]) -> _Part | None:
    """What is known of a parameter; None where that is not all."""
    if not isinstance(read, Column):
        return read
    properties, required = modelled.get("properties"), modelled.get("required")
    found = properties.get(one.name) if isinstance(properties, dict) else None
    if not isinstance(found, dict):
        return None
    return _Part(property=found, is_required=isinstance(required, list) and one.name in required)


def _plain(one: Written, type_: object, default: object, subject: Subject) -> _Part:
    """The part as it is written down; a name with `_` before it is none of a field."""
    if one.name.startswith("_"):
        raise NotPlain
    found = plain_schema(type_)
    if one.default is not None:
        found["default"] = plain_value(default)
    found |= _words(one, subject)
    return _Part(property=dict(sorted(found.items())), is_required=one.default is None)


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


def _assembled(parts: Mapping[str, _Part], modelled: Mapping[str, Json]) -> Mapping[str, Json]:
    required: list[Json] = [name for name, part in parts.items() if part.is_required]
    definitions = modelled.get("$defs")
    return {
        "title": "Parameters",
        "type": "object",
        "properties": {name: part.property for name, part in parts.items()},
        **({"required": required} if required else {}),
        **({"definitions": definitions} if definitions else {}),
    }
