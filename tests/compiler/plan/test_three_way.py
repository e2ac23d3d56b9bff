"""Three sides, and what follows: every line of `docs/explanation/who-did-it.md` is true."""

from pathlib import Path

import pytest

from compiler.desired.address import Kind
from compiler.diff.change import Cause
from compiler.plan.document import PlanDocument
from compiler.state.ownership import OWNED
from tests.support.three_way import FLOWS, Row, document_of, followed, rows

PAGE = Path(__file__).resolve().parents[3] / "docs" / "explanation" / "who-did-it.md"
ROWS = tuple(rows(PAGE.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the flows lie."""
    made = tmp_path_factory.mktemp("project")
    (made / "flows.py").write_text(FLOWS)
    return made


@pytest.fixture(scope="module")
def documents(folder: Path) -> dict[Row, PlanDocument]:
    """What follows from each line."""
    return {row: document_of(row, folder) for row in ROWS}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.thing} {row.says}"[:60])
def test_what_the_page_says_is_what_is_planned(
    row: Row, documents: dict[Row, PlanDocument], folder: Path
) -> None:
    told = tuple(each.replace(str(folder), "/project") for each in followed(documents[row]))

    assert told == row.follows


def test_the_page_is_a_specification(documents: dict[Row, PlanDocument]) -> None:
    assert len(documents) == len(ROWS) >= 60


@pytest.mark.parametrize("kind", Kind)
def test_the_page_shows_every_field_that_is_owned(
    kind: Kind, documents: dict[Row, PlanDocument]
) -> None:
    shown = {
        change.field
        for row, document in documents.items()
        if row.address.kind is kind
        for action in document.actions
        for change in action.changes
        if action.action == "update"
    }

    assert shown == {owned.field for owned in OWNED[kind]}


def test_the_page_shows_every_cause_and_reason(documents: dict[Row, PlanDocument]) -> None:
    actions = [action for document in documents.values() for action in document.actions]
    updates = [
        change for action in actions if action.action == "update" for change in action.changes
    ]

    assert {change.cause for change in updates} == {cause.value for cause in Cause}
    assert {change.reason for change in updates} == {
        "written in the file",
        "read from the flow",
        "tag of the stack",
        "default of the server",
    }
    assert {action.reason for action in actions} == {
        "not on the server",
        "differs from the files",
        "exists and is adopted",
        "left the files",
        "renamed",
        "protection was asked for",
        "protection was lifted",
    }
