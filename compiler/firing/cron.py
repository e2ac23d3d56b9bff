"""When a cron schedule fires, as Prefect's scheduler has it.

Days come from croniter, which knows of `L`, `MON#2` and `day_or`; the times of one day
are a product of sets.  Asking croniter for each of them takes a thousand times as long.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

from croniter import CroniterBadDateError, croniter

from compiler.firing.clock import (
    EPOCH,
    SECOND,
    TICK,
    Dates,
    Instant,
    instant,
    offsets,
    reading,
    wall,
)

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_EVERY = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class CronSchedule:
    """A cron expression, by the clock of a zone."""

    parsed: croniter
    zone: ZoneInfo
    day_or: bool
    dates: Dates

    def fires(self, start: datetime, end: datetime) -> Iterator[Instant]:
        """Instants from `start` to `end`, in the order of the clock on the wall.

        A time that clocks skip fires earlier by what they skip, with pendulum, so that it may
        come before its predecessor and even before `start`; one that comes twice fires the
        first time.
        """
        times = _times_of_day(self.parsed)
        after, last = _passed(start, self.zone), instant(end)
        for day in _days(self.parsed, after, day_or=self.day_or):
            midnight = reading(day)
            left = times if midnight > after else [t for t in times if midnight + t > after]
            fires = self._fires_of(day, left)
            yield from (each for each in fires if each <= last)
            if fires and fires[-1] > last:
                return

    def _fires_of(self, day: datetime, times: list[int]) -> list[Instant]:
        midnight = reading(day)
        possible = {*offsets(day, self.zone), *offsets(day + _DAY, self.zone)}
        if len(possible) == 1:
            start = midnight - possible.pop()
            return [start + time for time in times]
        return [midnight + time - self._offset(day + time * TICK) for time in times]

    def _offset(self, local: datetime) -> int:
        before, after = offsets(local, self.zone)
        return max(before, after) if self.dates is Dates.PENDULUM else before


def read(cron: str) -> croniter | None:
    """A cron expression as croniter reads it; None if it cannot."""
    try:
        return croniter(cron)
    except ValueError:
        return None


def _passed(start: datetime, zone: ZoneInfo) -> int:
    """The reading of the clock after which it may fire: a second before a whole second."""
    from_whole_second = start if start.microsecond else start - _SECOND
    return reading(wall(instant(from_whole_second), zone))


def _times_of_day(parsed: croniter) -> list[int]:
    """Microseconds after midnight, in order."""
    minutes, hours, *_ = fields = parsed.expanded
    seconds = fields[5] if len(fields) > 5 else [0]
    every = (_values(hours, 24), _values(minutes, 60), _values(seconds, 60))
    return [(h * 3600 + m * 60 + s) * SECOND for h, m, s in product(*every)]


def _values(field: list[str] | list[int], size: int) -> list[int]:
    return list(range(size)) if _EVERY in field else sorted(map(int, field))


def _days(parsed: croniter, after: int, *, day_or: bool) -> Iterator[datetime]:
    """The midnights of the days on which it fires, from that of the reading `after` on."""
    today = EPOCH + after * TICK // _DAY * _DAY
    _, _, day, month, weekday, *rest = map(str, parsed.expressions)
    year = rest[1] if len(rest) > 1 else _EVERY
    if {day, month, weekday, year} == {_EVERY}:
        while True:
            yield today
            today += _DAY
    days = f"0 0 {day} {month} {weekday} 0 {year}"
    midnights = croniter(days, today - _SECOND, day_or=day_or)
    try:
        while True:
            yield midnights.get_next(datetime)
    except CroniterBadDateError:
        return
