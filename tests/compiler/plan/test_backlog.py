"""What is asked for again of what was late when a schedule goes, one case a line.

It is noon; times are in minutes before it. A stretch is told as `first-last`.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from compiler.desired.address import deployment
from compiler.desired.json import Json
from compiler.desired.resources import Resource
from compiler.diff.change import FieldChange
from compiler.plan.action import Update
from compiler.plan.backlog import staying, stretches
from tests.support.builders import HERE, there

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
SCHEDULES: Mapping[str, Mapping[str, Json]] = {
    "hourly": {"id": "h", "cron": "0 * * * *", "timezone": "UTC", "active": True},
    "minutely": {"id": "m", "cron": "* * * * *", "timezone": "UTC", "active": True},
    "off": {"id": "o", "cron": "* * * * *", "timezone": "UTC", "active": False},
}
TABLE = """
what was late                       | of those that stay | late times    | stretches
nothing                             | hourly             |               |
one run                             | hourly             | 60            | 60-60
two that follow one another         | hourly             | 120 60        | 120-60
one of three was deleted by hand    | hourly             | 180 60        | 180-180 60-60
that of the schedule that goes      | hourly             | 90            |
that, and one that stays            | hourly             | 90 60         | 60-60
that, in between                    | hourly             | 120 90 60     | 120-120 60-60
each minute, but one                | minutely           | 5 4 2 1       | 5-4 2-1
of two that stay, one had begun     | hourly minutely    | 61 60         | 61-60
none stays                          |                    | 60            |
"""
CASES = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().split("\n")[1:]]


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_what_is_asked_for_again(case: list[str]) -> None:
    _, names, late, expected = case
    schedules = [SCHEDULES[name] for name in names.split()]

    found = stretches([before(int(each)) for each in late.split()], schedules)

    assert [(each.start, each.end - timedelta(milliseconds=1)) for each in found] == [
        (before(int(first)), before(int(last)))
        for first, last in (one.split("-") for one in expected.split())
    ]


def before(minutes: int) -> datetime:
    return NOON - timedelta(minutes=minutes)


def update(before: list[str], after: list[str], *, paused: bool = False) -> Update:
    old, new = ([SCHEDULES[name] for name in names] for names in (before, after))
    resource = Resource(address=deployment("etl", "nightly"), fields={}, written_at=HERE)
    return Update(
        resource, there(schedules=old, paused=paused), (FieldChange("schedules", old, new),)
    )


def test_of_the_schedules_that_stay_the_active_ones_had_runs() -> None:
    found = staying(update(["hourly", "minutely", "off"], ["hourly", "off"]))

    assert found == (SCHEDULES["hourly"],)


def test_where_no_schedule_goes_nothing_late_is_lost() -> None:
    assert staying(update(["hourly"], ["hourly", "minutely"])) == ()


def test_a_paused_deployment_gets_no_runs() -> None:
    assert staying(update(["hourly", "minutely"], ["hourly"], paused=True)) == ()
