"""RFC 7396, and what we ask of a patch besides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.desired.json import Json
from compiler.desired.patch import patched, put_back, said_of, unsaid

keys = st.sampled_from("abc")
values: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.integers(0, 3) | st.lists(st.integers(0, 2), max_size=2),
    lambda inner: st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)
patches = st.dictionaries(keys, values, max_size=3)


@pytest.mark.parametrize(
    ("value", "patch", "wanted"),
    [  # RFC 7396, appendix A
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_a_patch_is_an_rfc_7396_merge_patch(value: Json, patch: Json, wanted: Json) -> None:
    assert patched(value, patch) == wanted


@given(values, patches)
def test_laid_over_twice_is_laid_over_once(value: Json, patch: Json) -> None:
    once = patched(value, patch)

    assert patched(once, patch) == once
    assert said_of(once, patch) == said_of(patched(once, patch), patch)


@given(values, patches, patches)
def test_what_a_patch_unsays_can_be_put_back(
    value: Json, earlier: dict[str, Json], patch: Json
) -> None:
    mapping = value if isinstance(value, dict) else {}
    there = patched(mapping, earlier)

    for path in unsaid(earlier, patch):
        there = put_back(there, mapping, path)

    assert patched(there, patch) == patched(mapping, patch)


def test_what_the_original_does_not_have_goes_again() -> None:
    assert put_back({"a": {"b": 1, "c": 2}}, {}, ("a", "b")) == {"a": {"c": 2}}
    assert put_back({}, {}, ("a", "b")) == {}
    assert put_back(7, {"a": 1}, ("a",)) == {"a": 1}
    assert put_back({"a": 1}, {"a": 2}, ()) == {"a": 2}
