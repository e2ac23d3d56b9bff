"""Writes `deploy.schema.json`: what editors and the shape check go by.

It describes a file as written, so a template may stand wherever a value does.
"""

from collections.abc import Mapping

from compiler.desired.json import Json
from compiler.manifest.model import TEMPLATE as PATTERN
from compiler.manifest.model import Document

TEMPLATE = {"$ref": "#/$defs/Template"}
_TEMPLATE = {
    "description": "A template such as `{{ $NAME }}`, filled in before the value is checked.",
    "pattern": PATTERN,
    "type": "string",
}


def document() -> dict[str, Json]:
    """The JSON Schema (draft 2020-12) of a deployment file."""
    written = Document.model_json_schema(by_alias=True)
    definitions = written.pop("$defs")
    definitions["Template"] = _TEMPLATE
    schema: dict[str, Json] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_open(written),
        "title": "deploy.yaml",
        "$defs": {name: _open(part) for name, part in sorted(definitions.items())},
    }
    return schema


def _open(part: Mapping[str, Json]) -> dict[str, Json]:
    """Allow a template for every property of an object that is not text already."""
    properties = part.get("properties")
    if not isinstance(properties, Mapping):
        return dict(part)
    return {**part, "properties": {key: _or_template(value) for key, value in properties.items()}}


def _or_template(value: Json) -> Json:
    if not isinstance(value, Mapping):
        return value
    value = {key: _closed(item) for key, item in value.items()}
    kept = {key: item for key, item in value.items() if key not in {"default", "title"}}
    choices = kept.pop("anyOf", None)
    if choices is None:
        if kept.get("type") == "string" or ("$ref" not in kept and "type" not in kept):
            return kept
        note: dict[str, Json] = {
            key: kept.pop(key) for key in ("description", "deprecated") if key in kept
        }
        note["anyOf"] = [kept, TEMPLATE]
        return note
    assert isinstance(choices, list)
    takes_text = any(choice == {"type": "string"} for choice in choices)
    return {**kept, "anyOf": choices if takes_text else [*choices, TEMPLATE]}


def _closed(part: Json) -> Json:
    """Refuse keys of another form than a mapping's pattern, as the models do."""
    if isinstance(part, list):
        return [_closed(item) for item in part]
    if isinstance(part, Mapping) and "patternProperties" in part:
        return {**part, "additionalProperties": False}
    return part
