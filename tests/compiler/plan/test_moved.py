"""What counts as having moved since the plan was made."""

from dataclasses import replace

import pytest

from compiler.desired.address import Address, work_queue
from compiler.desired.json import Json
from compiler.diff.change import FieldChange
from compiler.plan.action import Create, Delete, Update, Why
from compiler.plan.moved import Write, moved
from compiler.state.observed import Observed
from tests.support.builders import queue, there, wanted

NIGHTLY = wanted("nightly", tags=["a"])
CHANGE = FieldChange("tags", ["x"], ["a"])
SCHEDULE: Json = {"id": "1", "slug": "s", "cron": "0 3 * * *"}
OTHER: Json = {"id": "2", "slug": "t", "cron": "0 4 * * *"}


def update(observed: Observed) -> Update:
    return Update(NIGHTLY, observed, (CHANGE,))


def delete(observed: Observed, why: Why = Why.LEFT) -> Delete:
    return Delete(NIGHTLY.address, observed, why)


@pytest.mark.parametrize(
    ("action", "now"),
    [
        (Create(NIGHTLY), None),
        (update(there(tags=["x", "y"])), there(tags=["y", "x"])),
        (update(there(schedules=[SCHEDULE, OTHER])), there(schedules=[OTHER, SCHEDULE])),
        (update(there(unowned=1)), there(unowned=2)),
        (delete(there(paused=False), Why.RENAMED), there(paused=True)),
    ],
    ids=["not there", "order of tags", "order of schedules", "not ours", "paused by the move"],
)
def test_what_is_as_the_plan_saw_it(action: Write, now: Observed | None) -> None:
    assert moved(action, now) is None


@pytest.mark.parametrize(
    ("action", "now", "told"),
    [
        (Create(NIGHTLY), there(), "somebody has made it"),
        (update(there()), None, "somebody has deleted it"),
        (delete(there()), None, "somebody has deleted it"),
        (update(there("1")), there("2"), "somebody has made it anew"),
        (update(there(paused=False)), there(paused=True), "somebody has changed 'paused'"),
        (delete(there(tags=["x"])), there(tags=["y"]), "somebody has changed 'tags'"),
        (
            update(there(schedules=[SCHEDULE])),
            there(schedules=[]),
            "somebody has changed 'schedules'",
        ),
        (
            update(there(description="a", paused=False)),
            there(description="b", paused=True),
            "somebody has changed 'description', 'paused'",
        ),
    ],
)
def test_what_has_moved(action: Write, now: Observed | None, told: str) -> None:
    assert moved(action, now) == f"{told} since the plan was made"


def test_a_neighbors_priority_moves_a_queue() -> None:
    address: Address = work_queue("p", "q")
    before, now = (Observed(id="1", fields={"priority": number}) for number in (1, 2))

    assert moved(Delete(address, before), now) is None
    assert moved(Update(queue("p", "q"), before, ()), now) is None


def test_what_the_file_leaves_to_the_server_may_move() -> None:
    ignoring = replace(NIGHTLY, ignored=(("paused",),))

    assert moved(Update(ignoring, there(paused=False), (CHANGE,)), there(paused=True)) is None
