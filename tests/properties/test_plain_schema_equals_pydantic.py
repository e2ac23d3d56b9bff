"""What is written down for plain types is what pydantic would have said."""

import operator
import types
import typing
import warnings
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import pytest
from hypothesis import example, given, reject, settings
from hypothesis import strategies as st

from compiler.desired.json import Json
from compiler.entrypoints.model_schema import column, model_schema
from compiler.entrypoints.plain_schema import NotPlain, plain_schema, plain_value
from tests.properties.conftest import WITH_PREFECT
from tests.support.prefect_reading import mapping

pytestmark = pytest.mark.property

# The older names of types, by their names: linters would write the newer ones.
_OLD = {name: getattr(typing, name) for name in ("List", "Dict", "Set", "FrozenSet", "Tuple")}
_UNION, _OPTIONAL = (getattr(typing, name) for name in ("Union", "Optional"))
_SIMPLE = [str, int, float, bool, bytes, None, Any, object, date, datetime, time, timedelta]
_BARE = [list, dict, set, tuple, frozenset, UUID, Path]
_TEXTS = st.text(max_size=4) | st.sampled_from(["\ud800", "a\udfff", "\x00", "é", "'\""])
_MEMBERS = st.booleans() | st.integers(-3, 3) | st.none() | _TEXTS


def _either(parts: tuple[Any, Any]) -> object:
    try:
        return operator.or_(*parts)
    except TypeError:  # some are no types
        return _UNION[parts]


def _composed(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    two = st.tuples(inner, inner)
    one_part = st.sampled_from([list, set, frozenset, _OPTIONAL, *list(_OLD.values())[:1]])
    one_part |= st.sampled_from([_OLD["Set"], _OLD["FrozenSet"]])
    mappings = st.sampled_from([dict, _OLD["Dict"]])
    tuples = st.sampled_from([tuple, _OLD["Tuple"]])
    return st.one_of(
        st.builds(operator.getitem, one_part, inner),
        st.builds(operator.getitem, tuples, inner.map(lambda part: (part, ...))),
        st.builds(operator.getitem, tuples, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(operator.getitem, mappings, inner.map(lambda part: (str, part))),
        st.builds(operator.getitem, mappings, two),
        st.lists(inner, min_size=1, max_size=4).map(lambda parts: _UNION[tuple(parts)]),
        two.map(_either),
        st.lists(_MEMBERS, min_size=1, max_size=3).map(lambda one: Literal[tuple(one)]),
    )


_TYPES = st.recursive(st.sampled_from([*_SIMPLE, *_BARE, *_OLD.values()]), _composed, max_leaves=6)
_DEFAULTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | _TEXTS
    | st.sampled_from([b"x", date(2024, 1, 2), Path("a"), {1}, frozenset(), int, 3j]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(_TEXTS | st.integers(-2, 2), inner, max_size=3)
    ),
    max_leaves=6,
)


def _written(type_: object, *, default: object) -> Mapping[str, Json]:
    schema = plain_schema(type_)
    return schema if default is ... else {**schema, "default": plain_value(default)}


@settings(max_examples=2 * WITH_PREFECT)
@given(type_=_TYPES, default=st.just(...) | _DEFAULTS, described=st.none() | st.text(max_size=3))
@example(type_=tuple[()], default=(), described="")
def test_a_plain_schema_is_pydantics(
    *, type_: object, default: object, described: str | None
) -> None:
    try:
        written = _written(type_, default=default)
    except NotPlain:
        reject()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a default cannot be shown
        asked = model_schema([column("a", type_, default, description=described, position=3)])

    words = {"title": "a", "position": 3}
    words |= {} if described is None else {"description": described}
    assert mapping(asked["properties"])["a"] == {**written, **words}
    assert ("required" in asked) == (default is ...)
    assert "$defs" not in asked


@pytest.mark.parametrize(
    "type_",
    [
        *_SIMPLE,
        *_BARE,
        *[one for name, one in _OLD.items() if name != "Tuple"],
        _OPTIONAL[str],
        str | None,
        _OLD["List"][int],
        list[dict[str, Any]],
        _OLD["Dict"][str, int | None],
        _UNION[int, str, None],
        Literal["a", "b"],
        _OPTIONAL[Literal[1, 2]],
        tuple[int, str],
        tuple[float, ...],
        dict[str, list[str]],
    ],
    ids=str,
)
def test_usual_types_are_plain(type_: object) -> None:
    assert isinstance(plain_schema(type_), dict)


@pytest.mark.parametrize("kind", [types.SimpleNamespace, UUID(int=3), Literal["a", 1], "int"])
def test_other_types_are_left_to_pydantic(kind: object) -> None:
    with pytest.raises(NotPlain):
        plain_schema(kind)
