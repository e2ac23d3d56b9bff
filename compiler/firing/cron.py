"""When a cron schedule fires, as Prefect's scheduler has it.

croniter reads the expression; days are leapt to, and the times of one day are a product of
sets.  Asking croniter for each of them takes a thousand times as long.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

from croniter import croniter

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
from compiler.firing.days import LAST, Days, Field

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)
_WHOLE = ("0-59", "0-23", "1-31", "1-12", "0-6", "0-59")
_GREATEST = ({"59"}, {"23"}, {"31"}, {"12", "dec"}, {"6", "sat"}, {"59"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """What a cron expression names: days, and on each the same microseconds after midnight."""

    days: Days
    times: Sequence[int]
    step: timedelta


def read(cron: str, *, day_or: bool) -> Expression | None:
    """What an expression names; None if it cannot be read."""
    try:
        parsed = croniter(_as_prefect_reads(cron))
    except ValueError:
        return None
    minutes, hours, days, months, weekdays, *more = map(_field, parsed.expanded)
    seconds, years = (*more, *[(0,), ()][len(more) :])
    every = (hours or range(24), minutes or range(60), seconds or range(60))
    return Expression(
        days=Days(
            years=years,
            months=months,
            days=days,
            weekdays=weekdays,
            nth=_numbered(parsed),
            is_either=day_or,
        ),
        times=[(h * 3600 + m * 60 + s) * SECOND for h, m, s in product(*every)],
        step=_SECOND if more else _MINUTE,
    )


def _as_prefect_reads(cron: str) -> str:
    """The expression with `59/15` as `0-59/15`: so its croniter reads it, and no later one does."""
    fields = [field.split(",") for field in cron.lower().split()]
    for field, whole, greatest in zip(fields, _WHOLE, _GREATEST, strict=False):
        for place, item in enumerate(field):
            start, slash, step = item.partition("/")
            if slash and start in greatest:
                field[place] = f"{whole}/{step}"
    return " ".join(map(",".join, fields))


def _field(expanded: Sequence[str]) -> Field:
    """The values of a field in order, none for all of them."""
    values = [str(value) for value in expanded]
    return () if "*" in values else tuple(LAST if one == "l" else int(one) for one in values)


def _numbered(parsed: croniter) -> dict[int, Field]:
    """Numbered weekdays by weekday, where `*` is each of them."""
    nth: dict[int, Field] = {}
    for name, numbers in parsed.nth_weekday_of_month.items():
        found = _field(sorted(map(str, numbers)))
        for weekday in range(7) if name == "*" else (int(name),):
            nth[weekday] = (*nth.get(weekday, ()), *found)
    return nth


@dataclass(frozen=True, slots=True, kw_only=True)
class CronSchedule:
    """A cron expression, by the clock of a zone."""

    expression: Expression
    zone: ZoneInfo
    dates: Dates

    def fires(self, start: datetime, end: datetime) -> Iterator[Instant]:
        """Instants from `start` to `end`, in the order of the clock on the wall.

        A time that clocks skip fires earlier by what they skip, with pendulum, so that it may
        come before its predecessor and even before `start`; one that comes twice fires the
        first time.
        """
        after, last = _passed(start, self.zone), instant(end)
        first = (EPOCH + after * TICK + self.expression.step).date()
        is_till_midnight = self.expression.times[-1] * TICK + self.expression.step >= _DAY
        for day in self.expression.days.since(first, is_till_midnight=is_till_midnight):
            fires = self._fires_of(day, after)
            yield from (each for each in fires if each <= last)
            if fires and fires[-1] > last:
                return

    def _fires_of(self, day: date, after: int) -> list[Instant]:
        start = datetime.combine(day, time())
        midnight, times = reading(start), self.expression.times
        if midnight <= after:
            times = [each for each in times if midnight + each > after]
        possible = {*offsets(start, self.zone), *offsets(start + _DAY, self.zone)}
        if len(possible) == 1:
            begin = midnight - possible.pop()
            return [begin + each for each in times]
        return [midnight + each - self._offset(start + each * TICK) for each in times]

    def _offset(self, local: datetime) -> int:
        before, after = offsets(local, self.zone)
        return max(before, after) if self.dates is Dates.PENDULUM else before


def _passed(start: datetime, zone: ZoneInfo) -> int:
    """The reading of the clock after which it may fire: a second before a whole second."""
    from_whole_second = start if start.microsecond else start - _SECOND
    return reading(wall(instant(from_whole_second), zone))
