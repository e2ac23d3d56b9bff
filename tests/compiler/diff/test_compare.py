"""What counts as a difference."""

from dataclasses import replace
from typing import Any

import pytest

from compiler.desired.json import Json
from compiler.desired.resources import Resource
from compiler.diff.change import FieldChange
from compiler.diff.compare import compare
from compiler.diff.parts import Part, parts
from tests.support.builders import HERE, KNOWN, MARK, there, wanted


def only(field: str, value: Json) -> dict[str, Any]:
    """One field, as keyword."""
    return {field: value}


@pytest.mark.parametrize(
    ("field", "before", "after"),
    [
        pytest.param("tags", ["a", MARK], ["b"], id="another tag"),
        pytest.param("parameters", {"n": 1}, {"n": 2}, id="another value"),
        pytest.param("parameters", {"n": 1}, {"n": True}, id="true is not one"),
        pytest.param("parameters", {"n": 1}, {}, id="cleared"),
        pytest.param("description", "x", None, id="no description"),
        pytest.param("paused", False, True, id="paused"),
        pytest.param("work_pool_name", "a", "b", id="another pool"),
        pytest.param("pull_steps", [{"a": {}}], [], id="no pull steps"),
        pytest.param("concurrency", {"limit": 1}, None, id="no limit"),
    ],
)
def test_a_declared_field_that_differs_is_a_change(field: str, before: Json, after: Json) -> None:
    changes = compare(wanted("nightly", **only(field, after)), there(**only(field, before)), KNOWN)

    assert [change.field for change in changes] == [field]


@pytest.mark.parametrize(
    ("field", "before", "after"),
    [
        pytest.param("tags", ["b", MARK, "a"], ["a", "b"], id="tags are a set"),
        pytest.param("tags", ["a", "a", MARK], ["a"], id="a repeated tag"),
        pytest.param("parameters", {"a": 1, "b": 2}, {"b": 2, "a": 1.0}, id="key order"),
        pytest.param("job_variables", {"env": {}}, {}, id="cleared job variables"),
        pytest.param("job_variables", {}, {}, id="no job variables"),
    ],
)
def test_another_spelling_is_no_change(field: str, before: Json, after: Json) -> None:
    resource = wanted("nightly", **only(field, after))
    if field == "job_variables":
        before_apply = compare(resource, there(**only(field, before)), KNOWN)
        assert all(change.after == {"env": {}} for change in before_apply) or before_apply == ()
    assert compare(resource, there(**only(field, before)), KNOWN) == ()


def test_a_field_that_the_file_does_not_name_is_left_alone() -> None:
    observed = there(parameters={"n": 1}, paused=True, job_variables={"image": "x"})

    assert compare(wanted("nightly"), observed, KNOWN) == ()


def test_a_missing_stack_tag_is_put_back_beside_the_others() -> None:
    changes = compare(wanted("nightly"), there(tags=["mine"]), KNOWN)

    assert changes == (FieldChange("tags", ["mine"], ["mine", MARK]),)


def test_tags_that_are_left_to_the_server_carry_the_stacks() -> None:
    resource = replace(wanted("nightly", tags=["a"]), ignored=(("tags",),))

    assert compare(resource, there(tags=["theirs", MARK]), KNOWN) == ()
    assert compare(resource, there(tags=["theirs"]), KNOWN) == (
        FieldChange("tags", ["theirs"], ["theirs", MARK]),
    )


def test_a_version_that_was_not_declared_is_no_reason_to_write() -> None:
    assert compare(wanted("nightly"), there(version="older"), KNOWN) == ()


def test_the_servers_word_on_an_unknown_parameter_is_kept() -> None:
    known: Json = {"type": "integer", "position": 0}
    theirs: Json = {"allOf": [{"$ref": "#/definitions/Config"}], "position": 1}
    observed = there(
        parameter_openapi_schema={
            "properties": {"n": known, "config": theirs},
            "definitions": {"Config": {"type": "object"}},
        }
    )
    resource = Resource(
        address=wanted("nightly").address,
        fields={
            "parameter_openapi_schema": {"properties": {"n": known, "config": {"position": 1}}}
        },
        unknown_parameters=frozenset({"config"}),
        written_at=HERE,
    )

    assert compare(resource, observed, KNOWN) == ()


def test_a_nested_change_is_shown_at_its_place() -> None:
    change = FieldChange("parameters", {"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}, "d": 4})

    assert parts(change) == (
        Part(("parameters", "a", "c"), 2, 3),
        Part(("parameters", "d"), None, 4, "added"),
    )
