"""The JSON Schema of a flow's parameters, equal to what Prefect 3 stores for it.

As Prefect does, a pydantic model is made with one field per parameter and asked for its
schema. Its types come from the closed table and from classes made again from their text.

Source: prefect.utilities.callables.generate_parameter_schema
"""

import ast
import json
import types
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from pydantic.config import JsonDict
from pydantic.errors import PydanticInvalidForJsonSchema
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from compiler.desired.json import Json
from compiler.entrypoints.annotation import PREFECT_NAMES, annotations_of
from compiler.entrypoints.arithmetic import REFUSALS
from compiler.entrypoints.evaluate import Evaluator
from compiler.entrypoints.known import known
from compiler.entrypoints.rebuild import MODULE
from compiler.entrypoints.scope import Scope, Unknowable
from compiler.entrypoints.signature import IMPLICIT, Written

# For these Prefect puts `Any` in a type's place; whatever else is raised stops it.
_REPLACED_BY_ANY = (ValueError, TypeError, PydanticInvalidForJsonSchema)


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
class _Column:
    """A field of the model; `name` differs from the parameter's where pydantic uses that."""

    name: str
    type: object
    field: object


class _EmptyForUserClasses(GenerateJsonSchema):
    """As in Prefect, a class that pydantic does not know may be anything."""

    def is_instance_schema(self, schema: core_schema.IsInstanceSchema) -> JsonSchemaValue:
        del schema
        return {}


def parameter_schema(subject: Subject) -> ParameterSchema:
    """The schema of all parameters but `self` and `cls`, in the order of the text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydantic's words on odd names and defaults
        columns = _columns(subject)
        try:
            if _has_namesakes(columns.values()):
                columns = {name: one for name, one in columns.items() if not _definitions([one])}
            schema = _plain_json(_model_schema("Parameters", columns.values()))
        except (*REFUSALS, RecursionError):
            columns, schema = {}, {}
    return ParameterSchema(
        schema=_assembled(subject, schema),
        unknown=frozenset(one.name for one in _explicit(subject) if one.name not in columns),
    )


def _columns(subject: Subject) -> dict[str, _Column]:
    """Fields by parameter, for the parameters that can be known."""
    evaluator = Evaluator(strings=PREFECT_NAMES)
    written = [*(one.annotation for one in subject.parameters), subject.returns]
    annotations = annotations_of(written, evaluator=evaluator, scope=subject.scope)
    columns: dict[str, _Column] = {}
    for one in _explicit(subject):
        try:
            field = _field(one, subject, evaluator=evaluator)
            columns[one.name] = _accepted(
                one.name, annotations.type_of(one.annotation), field=field
            )
        except (Unknowable, RecursionError):
            continue
    return columns


def _explicit(subject: Subject) -> list[Written]:
    return [one for one in subject.parameters if one.name not in IMPLICIT]


def _field(one: Written, subject: Subject, *, evaluator: Evaluator) -> object:
    """What Prefect makes of a default, which may be a `Field(...)` itself."""
    default: object = ...
    description = subject.descriptions.get(one.name)
    extra: JsonDict = {"position": one.position}
    if one.default is not None:
        default = evaluator.value(one.default, subject.scope)
    if isinstance(default, FieldInfo):
        description = default.description or description
        if isinstance(default.json_schema_extra, dict):
            extra.update(default.json_schema_extra)
        default = default.default
    field: object = Field(
        default=default,
        title=one.name,
        description=description,
        alias=one.name if _is_taken(one.name) else None,
        json_schema_extra=extra,
    )
    return field


def _is_taken(name: str) -> bool:
    return hasattr(BaseModel, name)


def _accepted(name: str, type_: object, *, field: object) -> _Column:
    """The field, with `Any` for a type of which pydantic makes no schema."""
    column = _Column(name=f"{name}__" if _is_taken(name) else name, type=type_, field=field)
    try:
        _model_schema("CheckParameter", [column])
    except _REPLACED_BY_ANY:
        return replace(column, type=known("typing.Any"))
    except (*REFUSALS, RecursionError) as error:
        raise Unknowable from error
    return column


def _model_schema(name: str, columns: Iterable[_Column]) -> dict[str, Json]:
    columns = tuple(columns)
    namespace: dict[str, object] = {
        "__module__": __name__,
        "__annotations__": {column.name: column.type for column in columns},
        "model_config": ConfigDict(arbitrary_types_allowed=True),
        **{column.name: column.field for column in columns},
    }
    model = types.new_class(name, (BaseModel,), {}, lambda body: body.update(namespace))
    schema: dict[str, Json] = TypeAdapter(model).json_schema(
        by_alias=True,
        ref_template="#/definitions/{model}",
        schema_generator=_EmptyForUserClasses,
    )
    return schema


def _definitions(columns: Iterable[_Column]) -> Mapping[str, Json]:
    definitions = _model_schema("CheckParameter", columns).get("$defs")
    return definitions if isinstance(definitions, dict) else {}


def _has_namesakes(columns: Iterable[_Column]) -> bool:
    """Whether two classes have one name: in a schema they go by that of their module as well.

    Prefect makes up the name of the module, from the path of the file on the machine.
    """
    return any(name.startswith(MODULE) for name in _definitions(columns))


def _plain_json(schema: Mapping[str, Json]) -> Mapping[str, Json]:
    """The schema as it comes out of a request: examples may hold dates, enums and the like."""
    plain: Mapping[str, Json] = json.loads(json.dumps(schema))
    return plain


def _assembled(subject: Subject, schema: Mapping[str, Json]) -> Mapping[str, Json]:
    """The model's schema, with what is certain of the parameters that the model lacks."""
    properties = {
        one.name: _property(schema, one.name) or _certain(one, subject.descriptions)
        for one in _explicit(subject)
    }
    required = [one.name for one in _explicit(subject) if _is_required(one, schema)]
    definitions = schema.get("$defs")
    return {
        "title": "Parameters",
        "type": "object",
        "properties": properties,
        **({"required": required} if required else {}),
        **({"definitions": definitions} if definitions else {}),
    }


def _certain(one: Written, descriptions: Mapping[str, str]) -> Mapping[str, Json]:
    described = {"description": descriptions[one.name]} if one.name in descriptions else {}
    return {"position": one.position, "title": one.name, **described}


def _is_required(one: Written, schema: Mapping[str, Json]) -> bool:
    if _property(schema, one.name) is None:
        return one.default is None
    required = schema.get("required")
    return isinstance(required, list) and one.name in required


def _property(schema: Mapping[str, Json], name: str) -> Json:
    properties = schema.get("properties")
    return properties.get(name) if isinstance(properties, dict) else None
