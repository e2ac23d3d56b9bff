"""Which fixes are made, and what comes of them."""

from hypothesis import given
from hypothesis import strategies as st

from compiler.diagnostics import Diagnostic, Edit, Fix, Safety
from compiler.diagnostics.lines import Lines
from compiler.diagnostics.mend import edits_of, made, mended
from tests.support.findings import finding, place

HERE = ("deploy.yaml",)
SAFE = frozenset({Safety.SAFE})


def fix(*edits: Edit, safety: Safety = Safety.SAFE) -> Fix:
    return Fix(message="mend it", edits=edits, safety=safety)


def found(*fixes: Fix) -> list[Diagnostic]:
    return [finding(None, fix=each) for each in fixes]


def test_only_fixes_that_were_asked_for_are_made() -> None:
    fixes = [fix(Edit(place(1, n, n + 1), "x"), safety=s) for n, s in enumerate(Safety, start=1)]

    assert made(found(*fixes), SAFE, HERE) == (fixes[0],)
    assert made(found(*fixes), {Safety.SAFE, Safety.UNSAFE}, HERE) == tuple(fixes[:2])


def test_the_first_of_two_that_overlap_is_made() -> None:
    first, second = fix(Edit(place(1, 3, 6), "x")), fix(Edit(place(1, 5, 8), "y"))
    touching, same = fix(Edit(place(1, 6, 8), "z")), fix(Edit(place(1, 3, 6), "x"))

    assert made(found(first, second, touching, same), SAFE, HERE) == (first, touching)


def test_two_texts_are_not_put_in_one_place() -> None:
    first, second = fix(Edit(place(1, 3, 3), "x")), fix(Edit(place(1, 3, 3), "y"))

    assert made(found(first, second), SAFE, HERE) == (first,)


def test_a_fix_is_made_as_a_whole_or_not_at_all() -> None:
    elsewhere = Edit(place(1, 1, 2, file="flows.yaml"), "y")
    half = fix(Edit(place(1, 1, 2), "x"), elsewhere)

    assert made(found(half), SAFE, HERE) == ()
    assert made(found(half), SAFE, (*HERE, "flows.yaml")) == (half,)


def test_a_fix_without_edits_is_none() -> None:
    assert made([finding(None), *found(fix())], SAFE, HERE) == ()


def test_lines_end_as_the_others_of_the_file() -> None:
    lines = Lines.of("a: 1\r\nb: 2\r\n", "deploy.yaml")

    assert mended(lines, [Edit(place(2, 4, 5), "\n  - 2")]) == "a: 1\r\nb: \r\n  - 2\r\n"


@given(
    st.text(st.sampled_from("ab é🎉"), min_size=20, max_size=20),
    st.lists(st.tuples(st.integers(1, 20), st.integers(0, 3), st.sampled_from(["", "x", "yy"]))),
)
def test_what_is_outside_of_the_edits_stays(text: str, wanted: list[tuple[int, int, str]]) -> None:
    fixes = [fix(Edit(place(1, start, start + length), new)) for start, length, new in wanted]

    taken = made(found(*fixes), SAFE, HERE)
    edits = edits_of(taken).get("deploy.yaml", ())
    after = mended(Lines.of(text, "deploy.yaml"), edits)

    letters: list[str] = list(text)
    for edit in reversed(edits):
        letters[edit.at.start.column - 1 : edit.at.end.column - 1] = edit.text
    assert after == "".join(letters)
