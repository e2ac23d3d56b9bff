"""`deploy.schema.json` is what the models say, and says something of every key."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from compiler.desired.json import Json
from compiler.manifest.examples import EXAMPLES
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


def test_every_key_has_a_title_and_shows_how_it_is_used() -> None:
    silent = [
        f"{part}.{key}"
        for part, key, value in _properties()
        if not value.get("title") or not (value.get("examples") or _lists_its_values(value))
    ]

    assert silent == []


def test_every_example_is_valid_where_it_stands() -> None:
    whole = document()
    wrong = [
        f"{part}.{key}: {example}"
        for part, key, value in _properties()
        for example in value.get("examples", [])
        if not Draft202012Validator({**value, "$defs": whole["$defs"]}).is_valid(example)
    ]

    assert wrong == []


def test_no_example_is_of_a_key_that_is_gone() -> None:
    keys = {key for _, key, _ in _properties()} | {
        f"{part}.{key}" for part, key, _ in _properties()
    }

    assert sorted(set(EXAMPLES) - keys) == []


def test_the_checker_that_editors_share_accepts_the_schema() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--check-metaschema", "deploy.schema.json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("path", sorted(ROOT.glob("examples/*/deploy.yaml")), ids=str)
def test_the_examples_are_accepted_by_that_checker(path: Path) -> None:
    schema = str(ROOT / "deploy.schema.json")
    run = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--schemafile", schema, str(path)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stdout + run.stderr


def _properties() -> list[tuple[str, str, dict[str, Any]]]:
    whole: dict[str, Any] = document()
    parts = {"Document": whole, **whole["$defs"]}
    return [
        (name, key, value)
        for name, part in parts.items()
        if name != "Step"
        for key, value in part.get("properties", {}).items()
    ]


def _lists_its_values(value: dict[str, Any]) -> bool:
    """Whether an editor can offer all values: true and false, or a few words."""
    choices = value.get("anyOf", [value])
    return any("enum" in choice or choice.get("type") == "boolean" for choice in choices)


def _undescribed(place: str, part: Json) -> Iterator[str]:
    if not isinstance(part, Mapping):
        return
    properties, definitions = part.get("properties"), part.get("$defs")
    for name, value in properties.items() if isinstance(properties, Mapping) else ():
        if not (isinstance(value, Mapping) and value.get("description")):
            yield f"{place}{name}"
    for name, value in definitions.items() if isinstance(definitions, Mapping) else ():
        yield from _undescribed(f"{name}.", value)
