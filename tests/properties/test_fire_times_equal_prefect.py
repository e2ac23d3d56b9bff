"""Fire times are those that Prefect's own scheduler finds, over a year with its changes of clocks.

The scheduler counts from the moment it is asked at, and so do we: half of these moments
are close to a change.
"""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from compiler.firing.clock import moment
from compiler.firing.schedule import Schedule, firing
from tests.properties.conftest import WITH_PREFECT
from tests.support.schedules import CHANGES, fired_by_prefect, schedules, starts

pytestmark = pytest.mark.property
_BERLIN_IN_SPRING, _BERLIN_IN_AUTUMN = CHANGES[:2]
_HOUR = timedelta(hours=1)


@settings(max_examples=WITH_PREFECT)
@given(schedule=schedules(), start=starts(), days=st.sampled_from([7, 366, 7]))
@example(
    schedule={"cron": "30 2 * * *", "timezone": "Europe/Berlin"},
    start=_BERLIN_IN_SPRING - _HOUR,
    days=7,
)
@example(
    schedule={"cron": "*/20 * * * *", "timezone": "Europe/Berlin"},
    start=_BERLIN_IN_AUTUMN + _HOUR / 2,
    days=7,
)
def test_a_schedule_fires_when_prefects_scheduler_says(
    schedule: Schedule, start: datetime, days: int
) -> None:
    theirs = fired_by_prefect(schedule, start, start + timedelta(days=days))
    assume(theirs is not None)
    assert theirs is not None
    found, end = theirs

    ours = firing(schedule, anchor=start)

    assert sorted({moment(at) for at in ours.fires(start, end)} if ours else ()) == found


@given(schedule=schedules(), start=starts())
def test_a_schedule_fires_in_order_but_for_an_hour(schedule: Schedule, start: datetime) -> None:
    ours = firing(schedule, anchor=start)
    found = [moment(at) for at in ours.fires(start, start + timedelta(days=7))] if ours else []

    assert all(after >= before - _HOUR for before, after in pairwise(found))
    assert all(start - _HOUR <= each <= start + timedelta(days=7) for each in found)
