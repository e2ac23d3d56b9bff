"""What servers cling to, by their version."""

from pathlib import Path

import pytest

from compiler.desired.address import Kind
from compiler.desired.json import Json
from compiler.state.clearing import CLINGING, SCHEDULES_CAP, Clinging, kept

ROOT = Path(__file__).resolve().parents[3]
POOL, VARIABLES = "work_pool_name", "job_variables"


def row(field: str) -> Clinging:
    return next(each for each in CLINGING if each.field == field)


@pytest.mark.parametrize(
    ("field", "version", "clears"),
    [
        pytest.param(POOL, "3.6.26", False, id="the last that does not"),
        pytest.param(POOL, "3.6.27", True, id="the first that does"),
        pytest.param(POOL, "3.10.0", True, id="numbers, not letters"),
        pytest.param(POOL, "3.4.25", False, id="an old one"),
        pytest.param(POOL, "3.6.27.dev1", True, id="on the way to the first"),
        pytest.param(POOL, "3.8.8+4.gabcdef", True, id="a build"),
        pytest.param(POOL, "next", True, id="not a number"),
        pytest.param(POOL, None, True, id="not told"),
        pytest.param(VARIABLES, "3.8.6", False, id="variables, the last that does not"),
        pytest.param(VARIABLES, "3.8.7", True, id="variables, the first that does"),
        pytest.param(VARIABLES, None, False, id="not told, and there is another way"),
        pytest.param(SCHEDULES_CAP.field, "99.0.0", False, id="none does"),
        pytest.param(SCHEDULES_CAP.field, None, False, id="none does, told or not"),
    ],
)
def test_a_version_clears_what_it_was_seen_to(
    field: str, version: str | None, *, clears: bool
) -> None:
    assert row(field).is_cleared_by(version) is clears


@pytest.mark.parametrize(
    ("wanted", "there", "fields"),
    [
        pytest.param({POOL: None}, {POOL: "a"}, [POOL], id="stays"),
        pytest.param({POOL: "b"}, {POOL: "a"}, [], id="another value is taken"),
        pytest.param({POOL: None}, {POOL: None}, [], id="it is so"),
        pytest.param({}, {POOL: "a"}, [], id="nobody asks"),
        pytest.param({VARIABLES: {}}, {VARIABLES: {"env": {}}}, [], id="as good as empty"),
        pytest.param(
            {VARIABLES: {}}, {VARIABLES: {"env": {"A": "1"}}}, [VARIABLES], id="not empty"
        ),
    ],
)
def test_only_what_is_asked_for_and_not_so_is_kept(
    wanted: dict[str, Json], there: dict[str, Json], fields: list[str]
) -> None:
    assert [each.field for each in kept(Kind.DEPLOYMENT, wanted, there, "3.4.25")] == fields


def test_another_kind_has_rows_of_its_own() -> None:
    assert list(kept(Kind.WORK_POOL, {POOL: None}, {POOL: "a"}, "3.4.25")) == []


def test_the_page_says_what_the_table_says() -> None:
    page = (ROOT / "docs" / "explanation" / "versions.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]

    for each in CLINGING:
        (told,) = [row for row in rows if f"`{each.field}`" in row]
        assert f"| {each.since or 'no version'} |" in told
