"""Words that were meant."""

import pytest

from compiler.diagnostics.spelling import nearest


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("tasg", ["tags", "name"], ["tags"]),
        ("zzzz", ["tags", "name"], []),
        ("tasg", [*(f"name{number}" for number in range(900)), "tags"], ["tags"]),
        ("x" * 100_000, ["x" * 100_000], []),
        ("tags", ["x" * 100_000], []),
    ],
    ids=["near", "far", "one of very many", "a very long word", "very long known ones"],
)
def test_the_known_word_that_is_most_alike(word: str, known: list[str], meant: list[str]) -> None:
    assert nearest(word, known) == meant
