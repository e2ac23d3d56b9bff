"""When an interval schedule fires, as Prefect's scheduler has it.

Less than a day is so many seconds, whatever clocks do; whole days are days by the clock on
the wall.  The first time is found by counting seconds from the anchor all the same: an
interval of a day that began in winter fires an hour later in summer, but for the days that
were counted when the clocks had not yet changed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from compiler.firing.clock import TICK, Dates, Instant, instant, moment, offsets, reading, wall

_DAY = timedelta(days=1)
_DAY_LONG = _DAY // TICK


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalSchedule:
    """Every so often, counted from an anchor, by the clock of a zone."""

    interval: timedelta
    anchor: datetime
    zone: ZoneInfo
    dates: Dates

    def fires(self, start: datetime, end: datetime) -> Iterator[Instant]:
        """Instants from `start` to `end`, in order."""
        first, last = instant(start), instant(end)
        step = self.interval // TICK
        anchor = instant(self.anchor)
        at = anchor + step * int((first - anchor) / step)
        if self.interval < _DAY:
            at += step if at < first else 0
            yield from self._in_seconds(range(at, last + 1, step))
            return
        while at < first:
            at = self._next(at)
        while at <= last:
            yield at
            at = self._next(at)

    def _next(self, at: Instant) -> Instant:
        """The one after; a time that clocks skip comes later."""
        if self.dates is Dates.PENDULUM:
            local = wall(at, self.zone) + self.interval
            return reading(local) - min(offsets(local, self.zone))  # the second of two
        local = wall(at, self.zone)
        ahead = reading(local) - at
        local += timedelta(days=self.interval.days)
        before, after = offsets(local, self.zone)
        offset = ahead if before > after == ahead else before
        return reading(local) - offset + self.interval % _DAY // TICK

    def _in_seconds(self, instants: range) -> Iterator[Instant]:
        """All but those at which the clock shows once more what it showed at another."""
        a_day = max(1, _DAY_LONG // instants.step)
        for begin in range(0, len(instants), a_day):
            some = instants[begin : begin + a_day]
            is_even = self._offset(some[0] - _DAY_LONG) == self._offset(some[-1])
            if is_even or self.dates is Dates.WHENEVER:
                yield from some
            else:
                yield from (at for at in some if not self._is_shown_again(at, instants))

    def _is_shown_again(self, at: Instant, instants: range) -> bool:
        local = wall(at, self.zone)
        return bool(local.fold) and reading(local) - offsets(local, self.zone)[0] in instants

    def _offset(self, at: Instant) -> timedelta | None:
        return moment(at).astimezone(self.zone).utcoffset()
