"""What a run did can be read from its journal, whatever ended it."""

import errno
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from compiler.plan.action import Create
from compiler.plan.build import Allowed, build
from compiler.plan.mask import Mask
from deploy.complaint import Complaint
from deploy.console import Console
from deploy.journal import Journal, open_journal
from reconciler.api.errors import Invalid
from reconciler.api.trace import Answered, Role, Sent
from reconciler.apply.walker import Done, Failed, Skipped
from reconciler.pipeline import Outcomes
from tests.support.builders import ORIGIN, desired, server, wanted

SCHEMA = json.loads(
    (Path(__file__).resolve().parents[2] / "docs" / "journal.schema.json").read_text("utf-8")
)
SECRET = "swordfish-7f3a9c"
ONE, TWO = wanted("one", parameters={"token": SECRET}), wanted("two")
PLAN = build(desired(ONE, TWO), server({}), ORIGIN, Allowed())
REQUEST = Sent(
    number=1,
    method="PATCH",
    path=f"/api/x/{SECRET}",
    tried=2,
    fields=("parameters",),
    role=Role.WRITE,
)


@pytest.fixture
def console() -> Console:
    return Console(Mask([SECRET]))


def lines(path: Path) -> list[dict[str, object]]:
    """The lines of a journal, each of which has to be as the schema says."""
    read = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for line in read:
        Draft202012Validator(SCHEMA).validate(line)
    return read


def events(path: Path) -> list[object]:
    return [line["event"] for line in lines(path)]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_schema_refuses_what_it_does_not_know() -> None:
    line = {"format_version": "1.0", "run": "0" * 8, "at": "2026-01-01T00:00:00.000Z"}
    checked = Draft202012Validator(SCHEMA)

    assert checked.is_valid({**line, "event": "run-ended", "exit": 0, "error": None})
    assert not checked.is_valid({**line, "event": "run-ended", "exit": 0, "error": None, "x": 1})
    assert not checked.is_valid({**line, "event": "other"})


def test_every_event_is_a_line_of_the_schema(tmp_path: Path, console: Console) -> None:
    path = tmp_path / "journal"
    failed, not_tried = PLAN.actions
    outcomes = Outcomes(
        of={
            failed.address: Failed(Invalid(SECRET, call=f"POST /x/{SECRET}")),
            not_tried.address: Skipped(failed.address),
        },
        verified=False,
    )

    with open_journal(path, console) as journal:
        journal.planned(PLAN)
        journal.action_started(failed)
        journal.sent(REQUEST)
        journal.answered(Answered(sent=REQUEST, seconds=0.01234, status=422))
        journal.answered(Answered(sent=REQUEST, seconds=0.5, error="ReadError"))
        journal.action_ended(failed, Failed(Invalid(SECRET, call=f"POST /x/{SECRET}")))
        journal.action_ended(failed, Done("1"))
        journal.skipped(PLAN, outcomes)
        journal.ended(3)

    found = lines(path)
    assert isinstance(failed, Create)
    assert found[5] | {"at": "", "run": ""} == {
        "format_version": "1.0",
        "run": "",
        "at": "",
        "event": "action-ended",
        "address": "deployment/etl/one",
        "action": "create",
        "outcome": "failed",
        "error": "Invalid",
        "call": "POST /x/(secret #1)",
    }
    assert found[7]["because"] == "deployment/etl/one"
    assert found[3]["seconds"] == 0.012
    assert SECRET not in path.read_text("utf-8")


def test_times_are_in_utc_and_to_the_millisecond(tmp_path: Path, console: Console) -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)

    with Journal(FileIO(tmp_path / "journal", "a"), console, now=lambda: moment) as journal:
        journal.ended(0)

    assert lines(tmp_path / "journal")[0]["at"] == "2026-01-02T03:04:05.678Z"


def test_a_line_can_be_read_before_the_next_one(tmp_path: Path, console: Console) -> None:
    path = tmp_path / "journal"

    with open_journal(path, console) as journal:
        journal.sent(REQUEST)
        assert events(path) == ["request"]


def test_runs_are_told_apart_in_one_file(tmp_path: Path, console: Console) -> None:
    for _ in range(2):
        with open_journal(tmp_path / "journal", console) as journal:
            journal.ended(0)

    one, two = lines(tmp_path / "journal")
    assert one["run"] != two["run"]


def test_half_a_line_is_ended_by_the_next_run(tmp_path: Path, console: Console) -> None:
    path = tmp_path / "journal"
    path.write_text('{"format_version": "1.0"}\n{"format_ver')

    with open_journal(path, console) as journal:
        journal.ended(0)

    assert path.read_text().splitlines()[1] == '{"format_ver'
    assert json.loads(path.read_text().splitlines()[2])["event"] == "run-ended"


def interrupted(opened: Journal) -> None:
    with opened as journal:
        journal.planned(PLAN)
        raise KeyboardInterrupt


def test_an_error_that_ends_the_run_is_noted(tmp_path: Path, console: Console) -> None:
    path = tmp_path / "journal"

    with pytest.raises(KeyboardInterrupt):
        interrupted(open_journal(path, console))

    assert lines(path)[-1]["error"] == "KeyboardInterrupt"


def test_a_file_that_cannot_be_written_is_told_at_once(tmp_path: Path, console: Console) -> None:
    with pytest.raises(Complaint, match="cannot be written: Is a directory"):
        open_journal(tmp_path, console)


def test_nobody_else_can_read_it(tmp_path: Path, console: Console) -> None:
    with open_journal(tmp_path / "journal", console):
        pass

    assert (tmp_path / "journal").stat().st_mode & 0o777 == 0o600


@pytest.fixture
def full(tmp_path: Path) -> Iterator[FileIO]:
    """A file on a disk that has room for one line."""

    class Full(FileIO):
        written = 0

        def write(self, data: object, /) -> int:
            self.written += 1
            if self.written > 1:
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().write(data)  # type: ignore[arg-type]  # bytes, whatever FileIO's stub says

    with Full(tmp_path / "journal", "a") as file:
        yield file


def test_a_full_disk_ends_the_journal_and_not_the_run(
    full: FileIO, tmp_path: Path, console: Console, capsys: pytest.CaptureFixture[str]
) -> None:
    with Journal(full, console) as journal:
        journal.sent(REQUEST)
        journal.sent(REQUEST)
        journal.ended(0)

    assert events(tmp_path / "journal") == ["request"]
    told = "the journal ends here, and the run goes on: No space left on device\n"
    assert capsys.readouterr().err == told


def test_without_a_file_nothing_is_written(
    console: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    with open_journal(None, console) as journal:
        journal.planned(PLAN)
        journal.ended(0)

    assert journal.hearer is None
    assert list(tmp_path.iterdir()) == []
