"""Comments are told from values that look like them."""

import yaml
from hypothesis import given
from hypothesis import strategies as st

from compiler.diagnostics.lines import Lines
from compiler.source.comments import Comment, comments


def found(text: str) -> list[Comment]:
    return list(comments(Lines.of(text, "deploy.yaml"), "deploy.yaml"))


def orders(text: str) -> list[tuple[int | None, str]]:
    return [(each.line, each.order) for each in found(text)]


def test_a_comment_is_about_its_line() -> None:
    assert orders("a: 1\nb: 2  # deploy: ignore[DEP204]\n") == [(2, "ignore[DEP204]")]


def test_a_comment_that_stands_alone_is_about_the_next_value() -> None:
    assert orders("a: 1\n# deploy: ignore\n\n  # why\n---\nb: 2\n") == [(6, "ignore")]


def test_a_comment_at_the_end_is_about_nothing() -> None:
    assert orders("a: 1\n# deploy: ignore") == [(None, "ignore")]


def test_only_what_precedes_every_value_is_first() -> None:
    text = "%YAML 1.1\n---\n# one\n# deploy: ignore-file\na: 1\n# deploy: ignore-file\n"

    assert [each.is_first for each in found(text)] == [True, False]


def test_a_comment_behind_the_first_value_is_not_first() -> None:
    assert [each.is_first for each in found("a: 1  # deploy: ignore-file\n")] == [False]


def test_values_are_no_comments() -> None:
    text = (
        "a: 'x # deploy: ignore'\n"
        'b: "x\n  # deploy: ignore"\n'
        "c: |\n  # deploy: ignore\n"
        "d: >-\n  x\n  # deploy: ignore\n"
        "e: x#deploy: ignore\n"
    )

    assert orders(text) == []


def test_the_head_of_a_block_has_comments() -> None:
    assert orders("a: |  # deploy: ignore\n  x\nb: 1\n") == [(1, "ignore")]


def test_a_comment_within_a_list_is_found() -> None:
    assert orders("a: [1,  # deploy: ignore\n  2]\n") == [(1, "ignore")]


def test_a_comment_before_a_mistake_is_found() -> None:
    assert orders("a: 1  # deploy: ignore\nb: [\n") == [(1, "ignore")]


def test_lines_end_as_yaml_has_it() -> None:
    text = "a: 1\r\nb: 2\u2028c: 3  # deploy: ignore\u2028d: 4\r\n"

    assert orders(text) == [(3, "ignore")]


VALUES = st.text(st.sampled_from(" #:'\"deploy: ignore\n\t|>-é🎉"), max_size=40).map(
    lambda text: f"{text}# deploy: ignore{text}"
)


@given(st.dictionaries(st.sampled_from("abc"), VALUES), st.sampled_from(["'", '"', "|", ">"]))
def test_no_value_is_taken_for_a_comment(values: dict[str, str], style: str) -> None:
    text = yaml.safe_dump(values, default_style=style, allow_unicode=True)

    assert orders(text) == []
    assert len(orders(f"{text}z: 1  # deploy: ignore\n")) == 1
