"""Writes `deploy.schema.json`: what editors and the shape check go by.

It describes a file as written, so a template may stand wherever a value does.  What it says
beyond the models' own words (titles, the known steps and their arguments) restricts nothing.
"""

from collections.abc import Mapping

from compiler.desired.json import Json
from compiler.manifest.examples import example_of
from compiler.manifest.grammar import TEMPLATE as PATTERN
from compiler.manifest.grammar import Written
from compiler.manifest.model import Document
from compiler.manifest.step_functions import FUNCTIONS, Function

TEMPLATE = {"$ref": "#/$defs/Template"}
_TEMPLATE = {
    "title": "Template",
    "description": "A template such as `{{ $NAME }}`, filled in before the value is checked.",
    "examples": ["{{ $NAME }}", "{{ vars.name }}", "{{ $NAME | default('text') }}"],
    "pattern": PATTERN,
    "type": "string",
}
_STEP = {"$ref": "#/$defs/Step"}
_SECTIONS = ("build", "push", "pull")


def document() -> dict[str, Json]:
    """The JSON Schema (draft 2020-12) of a deployment file."""
    return schema_of(Document, "deploy.yaml", {"Step": _step()})


def schema_of(
    model: type[Written], title: str, parts: Mapping[str, Json] | None = None
) -> dict[str, Json]:
    """The JSON Schema of a kind of file, with definitions of parts that its model does not have."""
    written = model.model_json_schema(by_alias=True)
    definitions = written.pop("$defs")
    definitions |= {"Template": _TEMPLATE, **(parts or {})}
    schema: dict[str, Json] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_open(model.__name__, written),
        "title": title,
        "$defs": {name: _open(name, part) for name, part in sorted(definitions.items())},
    }
    return schema


def _step() -> dict[str, Json]:
    """A step, whose known names and arguments an editor can complete."""
    return {
        "title": "Step",
        "description": "One function of a Python package, and its arguments.",
        "type": "object",
        "additionalProperties": {"$ref": "#/$defs/JsonValue"},
        "properties": {name: _function(one) for name, one in FUNCTIONS.items()},
    }


def _function(function: Function) -> dict[str, Json]:
    names = (*(function.arguments or function.needs), "id", "requires")
    needed = dict.fromkeys(function.needs, "Needed.")
    words = {"id": "What later steps call its outputs by.", "requires": "A package to install."}
    described = {
        name: {"description": {**words, **needed}.get(name, "Optional.")} for name in names
    }
    return {"description": function.does, "properties": described}


def _open(name: str, part: Mapping[str, Json]) -> dict[str, Json]:
    """Allow a template for every property of an object that is not text already."""
    properties = part.get("properties")
    if not isinstance(properties, Mapping) or name == "Step":
        return dict(part)
    opened = {key: _or_template(_with_steps(key, one)) for key, one in properties.items()}
    return {**part, "properties": {key: _told(name, key, one) for key, one in opened.items()}}


def _told(part: str, key: str, value: Json) -> Json:
    """The property with a title and an example."""
    if not isinstance(value, Mapping):
        return value
    words = key.replace("_", " ").replace("-", " ")
    example = example_of(part, key)
    found = value.get("examples", [example] if example is not None else [])
    examples: dict[str, Json] = {"examples": found} if found else {}
    return {"title": words[:1].upper() + words[1:], **value, **examples}


def _with_steps(key: str, value: Json) -> Json:
    """A section's steps as what they are, rather than as any mapping."""
    choices = value.get("anyOf") if key in _SECTIONS and isinstance(value, Mapping) else None
    if not isinstance(value, Mapping) or not isinstance(choices, list):
        return value
    named: dict[str, Json] = {"array": {"type": "array", "items": _STEP}, "object": _STEP}
    kinds = (choice.get("type") if isinstance(choice, Mapping) else None for choice in choices)
    steps: list[Json] = [
        named.get(str(kind), choice) for kind, choice in zip(kinds, choices, strict=True)
    ]
    return {**value, "anyOf": steps}


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
            key: kept.pop(key) for key in ("description", "deprecated", "examples") if key in kept
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
