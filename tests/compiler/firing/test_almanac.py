"""Fire times of several schedules together."""

from datetime import UTC, datetime, timedelta

from compiler.firing.almanac import Almanac
from compiler.firing.clock import instant
from compiler.firing.schedule import Schedule

NOW = datetime(2026, 5, 1, tzinfo=UTC)
WEEK = NOW + timedelta(days=7)
DAILY: Schedule = {"cron": "0 3 * * *", "timezone": "UTC"}
BROKEN: Schedule = {"rrule": "FREQ=DAILY;UNTIL=20300101T000000Z", "timezone": "UTC"}


def test_schedules_that_meet_fire_once() -> None:
    twice: Schedule = {"cron": "0 3,4 * * *", "timezone": "UTC"}

    assert len(Almanac(NOW).together([DAILY, twice], NOW, WEEK).at) == 14


def test_no_schedule_fires_beside_one_that_the_scheduler_fails_at() -> None:
    fires = Almanac(NOW).together([DAILY, BROKEN], NOW, WEEK)

    assert fires.at == frozenset()
    assert fires.until == instant(WEEK)


def test_of_a_schedule_that_fires_each_second_a_part_is_looked_at() -> None:
    fires = Almanac(NOW).together([DAILY, {"cron": "* * * * * *"}], NOW, WEEK)

    assert instant(NOW) < fires.until < instant(WEEK)
    assert fires.until == instant(NOW + timedelta(seconds=19_999))
