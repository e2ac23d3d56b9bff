"""Lines, counted as their readers count them."""

from hypothesis import given
from hypothesis import strategies as st

from compiler.diagnostics import Position, Span
from compiler.diagnostics.lines import Lines

TEXTS = st.text(st.sampled_from("ab\r\n\x85\u2028é"))


def lines(text: str, name: str = "deploy.yaml") -> list[str | None]:
    found = Lines.of(text, name)
    return [found.line(number) for number in range(1, len(found.starts) + 2)]


def test_yaml_ends_a_line_where_python_does_not() -> None:
    assert lines("a\u2028b\nc") == ["a", "b", "c", None]
    assert lines("a\u2028b\nc", "flows.py") == ["a\u2028b", "c", None]


def test_nothing_behind_the_last_break_is_no_line() -> None:
    assert lines("a\n") == ["a", None, None]
    assert lines("") == [None, None]


def test_a_place_outside_the_text_is_drawn_into_it() -> None:
    found = Lines.of("ab\nc", "deploy.yaml")

    assert found.offset(Position(9, 9)) == 4
    assert found.offset(Position(1, 9)) == 2
    assert found.stretch(Span("x", Position(1, 2), Position(2, 2))) == "b\nc"


@given(TEXTS)
def test_a_position_and_its_offset_agree(text: str) -> None:
    found = Lines.of(text, "deploy.yaml")

    for offset, letter in enumerate(text):
        if letter not in "\r\n\x85\u2028":
            assert found.offset(found.position(offset)) == offset
