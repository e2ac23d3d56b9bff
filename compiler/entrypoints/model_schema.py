"""The JSON Schema of a parameter as pydantic writes it, in the way in which Prefect asks it.

Source: prefect._internal.pydantic.v2_schema
"""

import dataclasses
import json
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from pydantic.config import JsonDict
from pydantic.errors import PydanticInvalidForJsonSchema
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from compiler.desired.json import Json
from compiler.entrypoints.arithmetic import REFUSALS
from compiler.entrypoints.known import known
from compiler.entrypoints.rebuild import MODULE
from compiler.entrypoints.scope import Unknowable

# For these Prefect puts `Any` in a type's place; whatever else is raised stops it.
_REPLACED_BY_ANY = (ValueError, TypeError, PydanticInvalidForJsonSchema)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A field of the model; `name` differs from the parameter's where pydantic uses that.

    `schema` is that of a model with this field alone.
    """

    name: str
    type: object
    field: object
    schema: Mapping[str, Json] = dataclasses.field(default_factory=dict)


class _EmptyForUserClasses(GenerateJsonSchema):
    """As in Prefect, a class that pydantic does not know may be anything."""

    def is_instance_schema(self, schema: core_schema.IsInstanceSchema) -> JsonSchemaValue:
        del schema
        return {}


def column(
    name: str, type_: object, default: object, *, description: str | None, position: int
) -> Column:
    """The field that Prefect makes of a parameter; `...` stands for no default.

    Raises:
        Unknowable: pydantic refuses the field.
    """
    extra: JsonDict = {"position": position}
    if isinstance(default, FieldInfo):
        description = default.description or description
        if isinstance(default.json_schema_extra, dict):
            extra.update(default.json_schema_extra)
        default = default.default
    field: object = Field(
        default=default,
        title=name,
        description=description,
        alias=name if _is_taken(name) else None,
        json_schema_extra=extra,
    )
    return _accepted(Column(name=f"{name}__" if _is_taken(name) else name, type=type_, field=field))


def model_schema(columns: Sequence[Column]) -> Mapping[str, Json]:
    """The schema of a model with these fields, as it comes out of a request.

    Numbers that JSON lacks are null there. Where two classes have one name, the fields
    that use classes are left out: Prefect puts the name of the module before, which it
    makes up from the path of the file on the machine.
    """
    if not columns:
        return {}
    try:
        schema = columns[0].schema if len(columns) == 1 else _model_schema(columns)
        if _has_namesakes(schema):
            schema = _model_schema([one for one in columns if "$defs" not in one.schema])
    except REFUSALS:
        return {}
    plain: Mapping[str, Json] = json.loads(json.dumps(schema), parse_constant=_null)
    return plain


def _accepted(column: Column) -> Column:
    """The field, with `Any` for a type of which pydantic makes no schema."""
    try:
        return replace(column, schema=_model_schema([column]))
    except _REPLACED_BY_ANY:
        column = replace(column, type=known("typing.Any"))
        return replace(column, schema=_model_schema([column]))
    except REFUSALS as error:
        raise Unknowable from error


def _has_namesakes(schema: Mapping[str, Json]) -> bool:
    definitions = schema.get("$defs")
    return isinstance(definitions, dict) and any(name.startswith(MODULE) for name in definitions)


def _is_taken(name: str) -> bool:
    return hasattr(BaseModel, name)


def _null(_constant: str) -> None:
    return None


def _model_schema(columns: Sequence[Column]) -> Mapping[str, Json]:
    namespace: dict[str, object] = {
        "__module__": __name__,
        "__annotations__": {column.name: column.type for column in columns},
        "model_config": ConfigDict(arbitrary_types_allowed=True),
        **{column.name: column.field for column in columns},
    }
    model = types.new_class("Parameters", (BaseModel,), {}, lambda body: body.update(namespace))
    schema: dict[str, Json] = TypeAdapter(model).json_schema(
        by_alias=True,
        ref_template="#/definitions/{model}",
        schema_generator=_EmptyForUserClasses,
    )
    return schema
