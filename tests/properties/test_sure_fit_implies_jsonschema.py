"""What is accepted without jsonschema, jsonschema accepts."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from compiler.desired.json import Json
from compiler.manifest.formats import FORMATS
from compiler.manifest.json_schema import refusals
from compiler.manifest.sure_fit import surely_fits
from tests.properties.conftest import WITH_PREFECT

pytestmark = pytest.mark.property

_TYPES = ["string", "integer", "number", "boolean", "null", "array", "object"]
_NUMBERS = st.integers(-3, 3) | st.sampled_from([-1.5, 0.0, 1.0, 2.5, 1e300, float("nan")])
_TEXTS = st.sampled_from(["", "a", "b", "ab", "2026-01-31", "PT1H", "09:00", "1", "true"])
_SCALARS = st.none() | st.booleans() | _NUMBERS | _TEXTS
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=6,
)
_ODD = st.sampled_from([None, True, False, 0, -1, "a", "(", [], ["a", "a"], {}, {"a": 1}])
_NAMES = st.sampled_from(["A", "B", "C"])


def _schemas(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    """Schemas of the keywords that are known; one in some is no schema at all."""
    several = st.lists(inner, min_size=1, max_size=3)
    counts = st.integers(0, 2)
    parts = st.fixed_dictionaries({}, optional=dict.fromkeys(("a", "b", ""), inner))
    known = {
        "type": st.sampled_from(_TYPES) | st.lists(st.sampled_from(_TYPES), min_size=1, max_size=2),
        "enum": st.lists(_VALUES, max_size=3),
        "const": _VALUES,
        "anyOf": several,
        "allOf": several,
        "oneOf": several,
        "not": inner,
        "items": inner,
        "prefixItems": several,
        "properties": parts,
        "patternProperties": st.dictionaries(st.sampled_from(["^a", "b$"]), inner, max_size=1),
        "additionalProperties": inner,
        "required": st.lists(_TEXTS, max_size=2, unique=True),
        "uniqueItems": st.booleans(),
        "format": st.sampled_from([*FORMATS, "email", "path"]),
        "pattern": st.sampled_from(["^a", "b$", "[0-9]+", "("]),
        "$ref": _NAMES.map("#/definitions/{}".format) | st.sampled_from(["#/$defs/A", "x.json"]),
        **dict.fromkeys(("minimum", "maximum"), _NUMBERS),
        **dict.fromkeys(("exclusiveMinimum", "exclusiveMaximum", "multipleOf"), _NUMBERS),
        **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), counts),
        "title": _TEXTS,
        "default": _VALUES,
        "$id": st.sampled_from(["x", "#a", "https://example.com/"]),
    }
    few = st.sets(st.sampled_from(sorted(known)), max_size=3)
    whole = few.flatmap(lambda names: st.fixed_dictionaries({name: known[name] for name in names}))
    broken = st.sampled_from(sorted(known)).flatmap(
        lambda name: st.fixed_dictionaries({name: _ODD})
    )
    return st.one_of(whole, whole, whole, broken, st.booleans())


_SCHEMAS = st.recursive(
    st.just({}) | st.sampled_from(_TYPES).map(lambda name: {"type": name}), _schemas, max_leaves=8
)


@settings(max_examples=4 * WITH_PREFECT)
@given(schema=_SCHEMAS, value=_VALUES, parts=st.dictionaries(_NAMES, _SCHEMAS, max_size=2))
@example(schema={"$ref": "#/definitions/A"}, value=1, parts={"A": {"$ref": "#/definitions/A"}})
@example(schema={"multipleOf": float("nan")}, value=0, parts={})
@example(schema={"enum": [1]}, value=True, parts={})
@example(schema={"items": {"type": "integer"}, "prefixItems": [True]}, value=["a", 1], parts={})
def test_what_surely_fits_is_not_refused(schema: Json, value: Json, parts: dict[str, Json]) -> None:
    shared: dict[str, Json] = {"definitions": parts} if parts else {}
    whole: dict[str, Json] = {**shared, "allOf": [schema]}

    refused = refusals(whole, value, formats=True)

    assert not (refused and surely_fits(schema, value, shared))


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"title": "rows", "type": "integer", "position": 0, "default": 3}, 5),
        ({"type": "number"}, 5),
        ({"type": "integer"}, 5.0),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, None),
        ({"enum": ["eu", "us"], "type": "string"}, "us"),
        ({"const": "eu"}, "eu"),
        ({"type": "array", "items": {"type": "string"}}, ["a", "b"]),
        ({"type": "array", "items": {"type": "string"}, "uniqueItems": True}, ["a", "b"]),
        ({"type": "array", "prefixItems": [{"type": "string"}], "items": False}, ["a"]),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, {"a": 1}),
        ({"type": "object", "additionalProperties": True}, {"a": 1}),
        ({"allOf": [{"$ref": "#/definitions/Shop"}]}, {"name": "web"}),
        ({"type": "string", "format": "date"}, "2026-01-31"),
        ({"type": "string", "format": "path"}, "a/b"),
        ({"type": "string", "pattern": "^a", "minLength": 1, "maxLength": 3}, "ab"),
        ({"type": "integer", "minimum": 1, "maximum": 3}, 3),
        ({"type": "number", "exclusiveMinimum": 1, "exclusiveMaximum": 3}, 2),
        ({"type": "array", "minItems": 1, "maxItems": 2}, [1, 2]),
    ],
    ids=str,
)
def test_usual_values_need_no_jsonschema(schema: Json, value: Json) -> None:
    shop: Json = {
        "type": "object",
        "properties": {"name": {"type": "string"}},
        "required": ["name"],
    }

    assert surely_fits(schema, value, {"definitions": {"Shop": shop}})


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "integer"}, True),
        ({"type": "integer"}, "5"),
        ({"type": "string"}, 5),
        ({"enum": ["eu", "us"]}, "uk"),
        ({"type": "string", "format": "date"}, "tomorrow"),
        ({"type": "integer", "minimum": 1}, 0),
        ({"type": "string", "maxLength": 1}, "ab"),
        ({"required": ["name"]}, {}),
        ({"properties": {"a": {"type": "null"}}, "additionalProperties": False}, {"b": None}),
        ({"not": {}}, 1),
        ({"$ref": "#/definitions/Unknown"}, 1),
        (False, 1),
    ],
    ids=str,
)
def test_what_does_not_fit_is_asked_of_jsonschema(schema: Json, value: Json) -> None:
    assert not surely_fits(schema, value, {"definitions": {}})
