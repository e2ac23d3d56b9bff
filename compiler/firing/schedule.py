"""Fire times of a schedule in the canonical form of `compiler.lowering`.

What Prefect's scheduler would queue, computed without it: equal to its own for any
schedule (tests/properties/test_fire_times_equal_prefect.py).

Source: `prefect.server.schemas.schedules` of Prefect 3.8.8.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil import tz

from compiler.desired.json import Json
from compiler.firing.clock import OURS, Dates, Instant
from compiler.firing.cron import CronSchedule, read
from compiler.firing.interval import IntervalSchedule
from compiler.firing.rule import RuleSchedule, is_readable

Schedule = Mapping[str, Json]


class Firing(Protocol):
    """Whatever fires."""

    def fires(self, start: datetime, end: datetime) -> Iterator[Instant]:
        """Instants from `start` to `end`, each perhaps more than once, all but in order.

        The scheduler counts from `start`: what it finds may depend on it.
        """


def firing(schedule: Schedule, *, anchor: datetime, dates: Dates = OURS) -> Firing | None:
    """The schedule as something that fires; None if the scheduler fails at it.

    An interval that has no anchor yet gets `anchor`.  A server does not say which Python it
    runs on: it is taken to be ours.
    """
    name = schedule.get("timezone")
    cron, interval, rule = (schedule.get(kind) for kind in ("cron", "interval", "rrule"))
    if isinstance(rule, str):
        return _rule(rule, schedule.get("timezone", "UTC"))
    zone = _zone(name)
    if zone is None:
        return None
    if isinstance(interval, int | float) and interval > 0:
        since = schedule.get("anchor_date")
        begun = datetime.fromisoformat(since) if isinstance(since, str) else anchor
        aware = begun if begun.tzinfo else begun.replace(tzinfo=UTC)
        every = timedelta(seconds=interval)
        return IntervalSchedule(interval=every, anchor=aware, zone=zone, dates=dates)
    day_or = schedule.get("day_or") is not False
    expression = read(cron, day_or=day_or) if isinstance(cron, str) else None
    if expression is None:
        return None
    return CronSchedule(expression=expression, zone=zone, dates=dates)


def _zone(name: Json) -> ZoneInfo | None:
    """A time zone, UTC for none; None if there is no such zone."""
    try:
        return ZoneInfo(str(name or "UTC"))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _rule(rule: str, name: Json) -> Firing | None:
    """A rule, which unlike the other kinds needs a zone: the key may be missing, but not null."""
    zone, reckoned = _zone(name), tz.gettz(str(name)) if name else None
    if zone is None or reckoned is None or not is_readable(rule):
        return None
    return RuleSchedule(rule=rule, zone=zone, reckoned=reckoned)
