"""`controller.schema.json` is what the models say, and says something of every key."""

import json
from typing import Any

from jsonschema import Draft202012Validator

from controller.schema import document
from tests.house.test_schema import ROOT


def properties() -> list[tuple[str, dict[str, Any]]]:
    whole: dict[str, Any] = document()
    parts = {"ControllerFile": whole, **whole["$defs"]}
    return [
        (f"{name}.{key}", value)
        for name, part in parts.items()
        for key, value in part.get("properties", {}).items()
    ]


def test_the_schema_is_fresh() -> None:
    written = (ROOT / "controller.schema.json").read_text(encoding="utf-8")

    assert written == json.dumps(document(), indent=2, ensure_ascii=False) + "\n", "run: make gen"
    Draft202012Validator.check_schema(document())


def test_every_key_is_described_and_shows_how_it_is_used() -> None:
    silent = [
        place
        for place, value in properties()
        if not (value.get("title") and value.get("description"))
        or not (value.get("examples") or _is_a_choice(value))
    ]

    assert silent == []


def test_every_example_is_valid_where_it_stands() -> None:
    parts = document()["$defs"]
    wrong = [
        f"{place}: {example}"
        for place, value in properties()
        for example in value.get("examples", [])
        if not Draft202012Validator({**value, "$defs": parts}).is_valid(example)
    ]

    assert wrong == []


def _is_a_choice(value: dict[str, Any]) -> bool:
    return any(each.get("type") == "boolean" for each in value.get("anyOf", []))
