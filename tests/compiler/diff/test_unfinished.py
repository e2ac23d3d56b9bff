"""How much of an apply that never ended is there."""

from collections.abc import Mapping
from dataclasses import replace

from compiler.desired.address import Address
from compiler.desired.json import Json
from compiler.diff.attribution import remembered
from compiler.diff.unfinished import unfinished
from compiler.state.ledger import DID_NOT_END, Applied, Begun, Fields
from compiler.state.observed import Observed
from tests.support.builders import MARK, ledger, server, there, wanted

APPLY = Applied(at="2026-01-01", who="ada", tool="0", digest="d", ended=DID_NOT_END)
NIGHT: dict[str, Json] = {"slug": "night", "cron": "0 3 * * *", "timezone": None, "parameters": {}}
ONE = wanted("one", parameters={"rows": 6}, tags=["a"], schedules=[NIGHT])
TWO = wanted("two", description="Two.")
GONE = wanted("gone").address
AS_WANTED = there(
    parameters={"rows": 6},
    tags=["a", MARK],
    schedules=[{**NIGHT, "id": "s", "active": False, "max_scheduled_runs": None}],
)


def ahead() -> dict[Address, Fields]:
    return {
        ONE.address: remembered(ONE, {**ONE.fields, "tags": ["a", MARK]}),
        TWO.address: remembered(TWO, TWO.fields),
    }


def found(things: Mapping[Address, Observed]) -> tuple[list[str], list[str]]:
    """The names that are as the apply wanted, and those that are not."""
    begun = Begun(apply=APPLY, writes=(ONE.address, TWO.address), deletes=(GONE,))
    noted = replace(ledger({}), begun=begun, ahead=ahead())
    told = unfinished([ONE, TWO], replace(server(things), ledger=noted))
    assert told is not None
    assert told.apply == APPLY
    return [each.name for each in told.as_wanted], [each.name for each in told.not_yet]


def test_what_is_there_as_it_was_to_be_is_told_apart_from_what_is_not() -> None:
    assert found({ONE.address: AS_WANTED, GONE: there("3")}) == (["one"], ["two", "gone"])
    assert found({TWO.address: there(description="Two.")}) == (["two", "gone"], ["one"])


def test_a_value_from_before_is_not_as_wanted() -> None:
    before = replace(AS_WANTED, fields={**AS_WANTED.fields, "parameters": {"rows": 5}})

    assert found({ONE.address: before})[1] == ["one", "two"]


def test_a_schedule_from_before_is_not_as_wanted() -> None:
    schedule = {**NIGHT, "id": "s", "cron": "0 4 * * *"}
    before = replace(AS_WANTED, fields={**AS_WANTED.fields, "schedules": [schedule]})

    assert found({ONE.address: before})[1] == ["one", "two"]


def test_what_no_file_wants_any_more_is_known_too() -> None:
    begun = Begun(apply=APPLY, writes=(TWO.address,))
    noted = replace(ledger({}), begun=begun, ahead=ahead())
    observed = replace(server({TWO.address: there(description="Two.")}), ledger=noted)

    told = unfinished([], observed)

    assert told is not None
    assert told.as_wanted == (TWO.address,)


def test_an_apply_that_ended_is_none() -> None:
    assert unfinished([ONE], server({ONE.address: AS_WANTED})) is None
    assert unfinished([ONE], server({}, made=False)) is None
