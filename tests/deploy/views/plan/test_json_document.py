"""A plan for programs, and what is written of its format."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from compiler.plan.document import PlanDocument, schema
from deploy.views.plan.json_document import render
from tests.support.plan_documents import action, change, many, plan

ROOT = Path(__file__).resolve().parents[4]
PAGE = ROOT / "docs" / "explanation" / "plan-format.md"


def published() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((ROOT / "docs" / "plan.schema.json").read_text("utf-8"))
    return read


def example() -> str:
    (found,) = re.findall(
        r"^```json\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    return str(found)


def test_keys_stand_in_the_order_of_the_models() -> None:
    written = json.loads(render(plan(action("variable/a", change("value", 1, 2)))))

    assert list(written) == list(PlanDocument.model_fields)
    assert list(written["actions"][0]["changes"][0])[:4] == ["path", "field", "how", "before"]


def test_it_ends_with_a_line_break_and_is_ascii() -> None:
    text = render(plan(stack="Läden"))

    assert text.endswith("}\n")
    assert text.isascii()


def test_equal_documents_are_equal_bytes() -> None:
    assert render(many(30)) == render(many(30))


def test_what_is_written_can_be_read() -> None:
    document = many(30)

    assert PlanDocument.model_validate_json(render(document)) == document


@pytest.mark.parametrize(
    "changed",
    [{"format_version": "2.0"}, {"more": 1}, {"digest": "sha256:0"}, {"is_applicable": "yes"}],
    ids=["version", "field", "digest", "type"],
)
def test_another_format_is_not_read(changed: dict[str, object]) -> None:
    written = json.dumps(json.loads(render(plan())) | changed)

    with pytest.raises(ValidationError):
        PlanDocument.model_validate_json(written)


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema())


def test_what_is_written_is_valid() -> None:
    validator = Draft202012Validator(published())

    assert list(validator.iter_errors(json.loads(render(many(30))))) == []
    assert list(validator.iter_errors(json.loads(render(plan())))) == []
    assert not validator.is_valid({})


def test_every_field_is_described() -> None:
    assert list(_undescribed("", published())) == []


def _undescribed(place: str, part: Mapping[str, Any]) -> Iterator[str]:
    for name, value in part.get("properties", {}).items():
        if not value.get("description", "").endswith("."):
            yield f"{place}{name}"
    for name, value in part.get("$defs", {}).items():
        if "properties" in value and not value.get("description"):
            yield name
        yield from _undescribed(f"{name}.", value)


def test_the_example_of_the_page_is_valid() -> None:
    assert list(Draft202012Validator(published()).iter_errors(json.loads(example()))) == []


def test_the_example_of_the_page_is_what_is_written() -> None:
    assert render(PlanDocument.model_validate_json(example())) == example()


def test_the_page_names_every_field_of_a_change() -> None:
    page = PAGE.read_text("utf-8")
    fields = published()["$defs"]["ChangePart"]["properties"]

    assert [name for name in fields if f"`{name}`" not in page] == []
