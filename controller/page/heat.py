"""When the runs of a week begin: as many as each hour has.  Pure, and no more than it can bear."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from compiler.firing.agenda import Planned
from compiler.firing.almanac import Almanac, Fires, times
from compiler.firing.clock import moment

_DAYS = 7
_STEPS = 5
_MOST = 300_000  # fire times that are counted of one stack
_NEXT = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """One hour of a day: how many runs begin in it, and how much that is, from 0 to 5."""

    at: datetime
    runs: int
    step: int
    is_past: bool

    @property
    def words(self) -> str:
        """The same in words."""
        runs = "no run" if not self.runs else f"{self.runs} run{'s' * (self.runs > 1)}"
        return f"{self.at:%a %d %b} {self.at:%H:%M}: {runs}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """The next run of a deployment."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """A week of hours from the day of `now` on, in UTC; `cut` says that there are more runs."""

    days: tuple[tuple[Hour, ...], ...]
    runs: int
    most: int
    next: tuple[Next, ...]
    cut: bool = False


def heat_of(timetable: Sequence[Planned], now: datetime) -> Heat:
    """The runs from `now` until the end of the seventh day."""
    now = now.astimezone(UTC)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    found = _Count(now, midnight + timedelta(days=_DAYS))
    first = [found.add(each) for each in timetable]
    most = max(found.hours.values(), default=0)
    days = tuple(tuple(_hours(midnight, day, found.hours, now)) for day in range(_DAYS))
    upcoming = sorted((each for each in first if each), key=lambda each: (each.at, each.name))
    return Heat(
        days=days,
        runs=sum(found.hours.values()),
        most=most,
        next=tuple(upcoming[:_NEXT]),
        cut=found.cut,
    )


def _hours(midnight: datetime, day: int, runs: Counter[datetime], now: datetime) -> Iterator[Hour]:
    most = max(runs.values(), default=0)
    for hour in range(24):
        at = midnight + timedelta(days=day, hours=hour)
        step = -(-runs[at] * _STEPS // max(most, _STEPS))
        is_past = at + timedelta(hours=1) <= now
        yield Hour(at=at, runs=runs[at], step=step, is_past=is_past)


class _Count:
    """Counts by the hour; schedules that fire together are looked up once."""

    def __init__(self, start: datetime, end: datetime) -> None:
        self.hours: Counter[datetime] = Counter()
        self.cut = False
        self._start, self._end = start, end
        self._almanac = Almanac(start)
        self._known: dict[object, tuple[Counter[datetime], datetime | None]] = {}
        self._counted = 0

    def add(self, planned: Planned) -> Next | None:
        """Count the runs of a deployment; its next one."""
        if self._counted > _MOST:
            self.cut = True
            return None
        found = self._almanac.each(planned.schedules, self._start, self._end)
        first: list[datetime] = []
        for schedule, fires in zip(planned.schedules, found, strict=False):
            hours, earliest = self._by_hour(times(schedule), fires)
            self.hours.update(hours)
            first += [earliest] if earliest is not None else []
        return Next(name=planned.name, at=min(first)) if first else None

    def _by_hour(self, key: object, fires: Fires) -> tuple[Counter[datetime], datetime | None]:
        if key not in self._known:
            moments = [at for at in map(moment, fires.at) if self._start <= at < self._end]
            self._counted += len(moments)
            self.cut = self.cut or moment(fires.until) < self._end
            hours = Counter(_hour(at) for at in moments)
            self._known[key] = hours, min(moments, default=None)
        return self._known[key]


def _hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
