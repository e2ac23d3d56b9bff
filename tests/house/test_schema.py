"""`deploy.schema.json` is what the models say, and says something of every key."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from jsonschema import Draft202012Validator

from compiler.desired.json import Json
from compiler.manifest.schema import document

ROOT = Path(__file__).resolve().parents[2]


def test_the_schema_is_fresh() -> None:
    written = (ROOT / "deploy.schema.json").read_text(encoding="utf-8")

    assert written == json.dumps(document(), indent=2, ensure_ascii=False) + "\n", "run: make gen"


def test_the_schema_is_a_schema() -> None:
    assert document()["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    Draft202012Validator.check_schema(document())


def test_every_key_is_described() -> None:
    assert list(_undescribed("", document())) == []


def _undescribed(place: str, part: Json) -> Iterator[str]:
    if not isinstance(part, Mapping):
        return
    properties, definitions = part.get("properties"), part.get("$defs")
    for name, value in properties.items() if isinstance(properties, Mapping) else ():
        if not (isinstance(value, Mapping) and value.get("description")):
            yield f"{place}{name}"
    for name, value in definitions.items() if isinstance(definitions, Mapping) else ():
        yield from _undescribed(f"{name}.", value)
