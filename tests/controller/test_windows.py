"""When may be written, by the clock of a zone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.roster import Window
from controller.windows import ALWAYS, opening

WORK = Window(cron="0 8 * * 1-5", seconds=10 * 3600, timezone="Europe/Berlin")
FULL_HOUR = Window(cron="55 * * * *", seconds=600, denies=True)
MOMENTS = st.datetimes(
    min_value=datetime(2026, 1, 1),  # noqa: DTZ001  # the strategy adds the zone
    max_value=datetime(2027, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}+00:00")


@pytest.mark.parametrize(
    ("windows", "now", "is_open", "lasts"),
    [
        ((), at("06-01T12:00:00"), True, ALWAYS.lasts),
        ((WORK,), at("06-01T05:59:59"), False, 1),
        ((WORK,), at("06-01T06:00:00"), True, 10 * 3600),
        ((WORK,), at("06-01T15:59:59"), True, 1),
        ((WORK,), at("06-01T16:00:00"), False, 14 * 3600),
        ((WORK,), at("01-05T06:30:00"), False, 1800),  # winter: Berlin is an hour nearer
        ((WORK,), at("06-06T10:00:00"), False, 44 * 3600),  # a Saturday
        ((FULL_HOUR,), at("06-01T12:54:00"), True, 60),
        ((FULL_HOUR,), at("06-01T13:01:00"), False, 240),
        ((WORK, FULL_HOUR), at("06-01T13:01:00"), False, 240),
        ((WORK, FULL_HOUR), at("06-01T13:10:00"), True, 45 * 60),
    ],
)
def test_a_window_opens_and_shuts_by_its_clock(
    windows: tuple[Window, ...], now: datetime, *, is_open: bool, lasts: float
) -> None:
    found = opening(windows, now)

    assert (found.is_open, found.lasts) == (is_open, lasts)


@given(MOMENTS, st.lists(st.sampled_from([WORK, FULL_HOUR]), unique=True))
def test_nothing_changes_before_it_is_said_to(now: datetime, windows: list[Window]) -> None:
    found = opening(windows, now)

    just_before = opening(windows, now + timedelta(seconds=found.lasts * 0.999))

    assert found.lasts >= 1 or not windows
    assert found.lasts < 2 or just_before.is_open is found.is_open
