"""Fire times of the many schedules of a plan, each looked up once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from compiler.desired.json import Json
from compiler.firing.clock import Instant, instant
from compiler.firing.schedule import Schedule, firing

_TIMES = ("cron", "day_or", "interval", "anchor_date", "rrule", "timezone")
_MOST = 20_000  # fire times of one schedule: twice a minute for a week
Times = tuple[Json, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fires:
    """Instants at which something fires: all of them until `until`, which may be capped."""

    at: frozenset[Instant] = frozenset()
    until: Instant


class Almanac:
    """Fire times as of `now`: an interval without an anchor begins then."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._known: dict[tuple[Times, datetime, datetime], Fires | None] = {}

    def together(self, schedules: Iterable[Schedule], start: datetime, end: datetime) -> Fires:
        """When a deployment with these schedules fires."""
        each = self.each(schedules, start, end)
        if len(each) == 1:
            return each[0]
        return Fires(
            at=frozenset().union(*(one.at for one in each)),
            until=min([instant(end), *(one.until for one in each)]),
        )

    def each(
        self, schedules: Iterable[Schedule], start: datetime, end: datetime
    ) -> tuple[Fires, ...]:
        """When each of a deployment's schedules fires.

        None does if the scheduler fails at one of them: it then passes over the deployment.
        """
        found = [self._fires(schedule, start, end) for schedule in schedules]
        readable = tuple(one for one in found if one is not None)
        return readable if len(readable) == len(found) else ()

    def _fires(self, schedule: Schedule, start: datetime, end: datetime) -> Fires | None:
        key = (times(schedule), start, end)
        if key not in self._known:
            self._known[key] = self._look_up(schedule, start, end)
        return self._known[key]

    def _look_up(self, schedule: Schedule, start: datetime, end: datetime) -> Fires | None:
        found = firing(schedule, anchor=self.now)
        if found is None:
            return None
        first = list(islice(found.fires(start, end), _MOST))
        until = first[-1] if len(first) == _MOST else instant(end)
        return Fires(at=frozenset(first), until=until)


def times(schedule: Schedule) -> Times:
    """What a schedule's fire times depend on; two that agree in it fire together."""
    return tuple(schedule.get(name) for name in _TIMES)
