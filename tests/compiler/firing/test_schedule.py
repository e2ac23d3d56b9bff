"""When schedules fire where it is not what one would think.  All times are UTC."""

from datetime import UTC, datetime, timedelta

import pytest

from compiler.desired.json import Json
from compiler.firing.clock import Dates, moment
from compiler.firing.schedule import Schedule, firing

BERLIN = "Europe/Berlin"


def fires(
    schedule: Schedule, start: str, *, days: float = 3, dates: Dates = Dates.PENDULUM
) -> list[str]:
    """Day and time of each, as of the given start."""
    begin = datetime.fromisoformat(start).replace(tzinfo=UTC)
    found = firing(schedule, anchor=begin, dates=dates)
    assert found is not None
    end = begin + timedelta(days=days)
    return [f"{moment(each):%d %H:%M}" for each in found.fires(begin, end)]


def cron(text: str, zone: Json = BERLIN, **more: Json) -> Schedule:
    return {"cron": text, "timezone": zone, **more}


def every(seconds: float, anchor: str, zone: str = BERLIN) -> Schedule:
    return {"interval": seconds, "anchor_date": anchor, "timezone": zone}


CASES = {
    "a cron is read by the clock of its zone": (
        (cron("0 3 * * *"), "2026-03-28"),
        ["28 02:00", "29 01:00", "30 01:00"],
    ),
    "no zone is UTC": (
        (cron("0 3 * * *", None), "2026-03-28"),
        ["28 03:00", "29 03:00", "30 03:00"],
    ),
    "what clocks skip fires an hour before it": (
        (cron("30 2 * * *"), "2026-03-28"),
        ["28 01:30", "29 00:30", "30 00:30"],
    ),
    "what comes twice fires once": (
        (cron("30 2 * * *"), "2026-10-24"),
        ["24 00:30", "25 00:30", "26 01:30"],
    ),
    "and so an hourly cron passes over an hour": (
        (cron("0 * * * *"), "2026-10-24 23:30"),
        ["25 00:00", "25 02:00", "25 03:00"],
    ),
    "a start within the hour that repeats finds the first of both": (
        (cron("*/20 * * * *"), "2026-10-25 01:30"),
        ["25 00:40", "25 02:00", "25 02:20", "25 02:40"],
    ),
    "day and weekday are alternatives": (
        (cron("0 0 15 * 5", "UTC"), "2026-05-13"),
        ["15 00:00", "22 00:00"],
    ),
    "unless day_or is false": (
        (cron("0 0 15 * 5", "UTC", day_or=False), "2026-05-13"),
        ["15 00:00"],
    ),
    "every fifth day passes over the first of March": (
        (cron("0 0 */5 * *", "UTC"), "2027-02-25"),
        ["26 00:00", "06 00:00"],
    ),
    "an interval counts whole days by the clock": (
        (every(86_400, "2026-03-27T09:00:00+01:00"), "2026-03-28"),
        ["28 08:00", "29 07:00", "30 07:00"],
    ),
    "but seconds to where it starts: what began in winter is late in summer": (
        (every(86_400, "2026-01-01T09:00:00+01:00"), "2026-07-01"),
        ["01 08:00", "02 08:00", "03 08:00"],
    ),
    "an interval of hours passes over the hour that comes again": (
        (every(3600, "2026-01-01T00:00:00Z"), "2026-10-24 23:30"),
        ["25 00:00", "25 02:00", "25 03:00"],
    ),
    "an interval fires before its anchor too": (
        (every(86_400, "2030-01-01T00:00:00Z", "UTC"), "2026-05-01"),
        ["01 00:00", "02 00:00", "03 00:00", "04 00:00"],
    ),
    "a rule without a start begins at midnight of 2020": (
        ({"rrule": "FREQ=DAILY;INTERVAL=2", "timezone": BERLIN}, "2026-05-01"),
        ["02 22:00", "04 22:00"],
    ),
    "a rule's own zone gives way to the schedule's": (
        ({"rrule": "DTSTART:20260101T030000Z\nFREQ=DAILY", "timezone": BERLIN}, "2026-05-01"),
        ["01 01:00", "02 01:00", "03 01:00"],
    ),
    "a rule that has ended fires no more": (
        ({"rrule": "FREQ=DAILY;COUNT=10", "timezone": "UTC"}, "2026-05-01"),
        [],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_first_times_of(case: str) -> None:
    (schedule, start), expected = CASES[case]

    found = fires(schedule, start, days=10)

    assert found[: len(expected)] == expected
    assert expected or not found


@pytest.mark.parametrize(
    ("dates", "at"), [(Dates.PENDULUM, "29 00:30"), (Dates.WHENEVER, "29 01:30")]
)
def test_a_server_on_a_newer_python_fires_after_the_hour_that_clocks_skip(
    dates: Dates, at: str
) -> None:
    assert at in fires(cron("30 2 * * *"), "2026-03-28", dates=dates)


@pytest.mark.parametrize(("dates", "count"), [(Dates.PENDULUM, 3), (Dates.WHENEVER, 4)])
def test_a_server_on_a_newer_python_fires_in_both_hours(dates: Dates, count: int) -> None:
    schedule = every(3600, "2026-01-01T00:00:00Z")

    assert len(fires(schedule, "2026-10-24 23:30", days=4 / 24, dates=dates)) == count


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (Dates.PENDULUM, ["28 00:00", "29 11:00", "30 23:00"]),
        (Dates.WHENEVER, ["28 00:00", "29 12:00", "31 00:00"]),
    ],
)
def test_a_day_and_a_half_is_all_by_the_clock_or_only_its_day(
    dates: Dates, expected: list[str]
) -> None:
    schedule = every(129_600, "2026-03-28T01:00:00+01:00")

    assert fires(schedule, "2026-03-28", days=3.5, dates=dates) == expected


@pytest.mark.parametrize(
    "schedule",
    [
        {"rrule": "FREQ=DAILY;UNTIL=20300101T000000Z", "timezone": "UTC"},
        {"rrule": "FREQ=DAILY", "timezone": None},
        {"rrule": "FREQ=DAILY;INTERVAL=0", "timezone": "UTC"},
        {"rrule": "FREQ=MINUTELY;COUNT=100000000", "timezone": "UTC"},
        {"rrule": "FREQ=NIGHTLY", "timezone": "UTC"},
        {"cron": "0 3 * *", "timezone": "UTC"},
        {"cron": "0 3 * * *", "timezone": "Europe/Atlantis"},
        {"interval": 0, "timezone": "UTC"},
    ],
    ids=str,
)
def test_the_scheduler_fails_at(schedule: Schedule) -> None:
    assert firing(schedule, anchor=datetime(2026, 1, 1, tzinfo=UTC)) is None


def test_an_interval_without_an_anchor_begins_at_the_one_given() -> None:
    assert fires({"interval": 3600.0, "timezone": None}, "2026-05-01 10:17", days=0.1) == [
        "01 10:17",
        "01 11:17",
        "01 12:17",
    ]
