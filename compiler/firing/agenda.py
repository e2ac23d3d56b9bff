"""What many deployments will do in the days to come: runs, where they pile up, clock changes."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from compiler.firing.almanac import Almanac
from compiler.firing.clock import moment
from compiler.firing.schedule import Schedule

_HOUR, _SECOND = timedelta(hours=1), timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A deployment by its name, and those of its schedules that fire."""

    name: str
    schedules: tuple[Schedule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run to come; `at` is in UTC, `zone` the time zone that its schedule is written in."""

    at: datetime
    name: str
    slug: str | None
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pile:
    """Runs of several deployments that begin in one minute."""

    at: datetime
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockChange:
    """When the clocks of a zone change; `by` is how far they go forward, or back if negative."""

    at: datetime
    zone: str
    by: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """All runs from `start` until `end`, in order.

    `cut` are the deployments that fire so often that not all of their runs are here, `unread`
    those at whose schedules the scheduler fails; `unanchored` have an interval that counts from
    its first apply, and here from `start`.
    """

    start: datetime
    end: datetime
    runs: tuple[Run, ...]
    cut: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    unanchored: tuple[str, ...] = ()

    @property
    def piles(self) -> tuple[Pile, ...]:
        """Minutes in which more than one deployment begins, the fullest first, then in order."""
        minutes: dict[datetime, set[str]] = {}
        for run in self.runs:
            minutes.setdefault(run.at.replace(second=0, microsecond=0), set()).add(run.name)
        found = [Pile(at=at, names=tuple(sorted(names))) for at, names in minutes.items()]
        full = [each for each in found if len(each.names) > 1]
        return tuple(sorted(full, key=lambda each: (-len(each.names), each.at)))

    def heat(self, zone: ZoneInfo) -> Mapping[tuple[int, int], int]:
        """How many runs begin in each hour of the days, as clocks in `zone` show it.

        Keys are the day, counted from the day of `start`, and the hour of the day.
        """
        first = self.start.astimezone(zone).date()
        local = (run.at.astimezone(zone) for run in self.runs)
        return Counter(((each.date() - first).days, each.hour) for each in local)

    @property
    def clock_changes(self) -> tuple[ClockChange, ...]:
        """Those of the zones that schedules are written in."""
        zones = sorted({run.zone for run in self.runs})
        found = [each for zone in zones for each in changes(zone, self.start, self.end)]
        return tuple(sorted(found, key=lambda each: (each.at, each.zone)))


def agenda(planned: Iterable[Planned], start: datetime, end: datetime) -> Agenda:
    """The runs of deployments from `start` until `end`, as Prefect's scheduler will make them."""
    almanac = Almanac(start)
    runs: list[Run] = []
    cut: list[str] = []
    unread: list[str] = []
    unanchored: list[str] = []
    for one in planned:
        unanchored += [one.name] if any(map(_is_unanchored, one.schedules)) else []
        found = almanac.each(one.schedules, start, end)
        if len(found) < len(one.schedules):
            unread.append(one.name)
        for schedule, fires in zip(one.schedules, found, strict=False):
            runs += (
                Run(at=at, name=one.name, slug=_slug(schedule), zone=_zone(schedule))
                for at in map(moment, fires.at)
                if start <= at < end
            )
            if moment(fires.until) < end and one.name not in cut:
                cut.append(one.name)
    ordered = sorted(runs, key=lambda run: (run.at, run.name, run.slug or ""))
    return Agenda(
        start=start,
        end=end,
        runs=tuple(ordered),
        cut=tuple(cut),
        unread=tuple(unread),
        unanchored=tuple(unanchored),
    )


def _is_unanchored(schedule: Schedule) -> bool:
    return "interval" in schedule and "anchor_date" not in schedule


def _slug(schedule: Schedule) -> str | None:
    slug = schedule.get("slug")
    return slug if isinstance(slug, str) else None


def _zone(schedule: Schedule) -> str:
    return str(schedule.get("timezone") or "UTC")


def changes(name: str, start: datetime, end: datetime) -> Iterator[ClockChange]:
    """When the clocks of a zone change; none for a zone that does not exist."""
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return
    at = start
    while at < end:
        later = min(at + _HOUR, end)
        if _ahead(at, zone) != _ahead(later, zone):
            exact = _between(at, later, zone)
            by = _ahead(later, zone) - _ahead(at, zone)
            yield ClockChange(at=exact, zone=name, by=by)
        at = later


def _between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The second at which the offset becomes another one."""
    while after - before > _SECOND:
        middle = before + (after - before) / 2
        if _ahead(middle, zone) == _ahead(before, zone):
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def _ahead(at: datetime, zone: ZoneInfo) -> timedelta:
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None
    return offset


def busiest(heat: Mapping[tuple[int, int], int]) -> int:
    """How many runs the fullest hour has."""
    return max(heat.values(), default=0)


def next_of(runs: Sequence[Run]) -> tuple[Run, ...]:
    """The next run of each deployment, in order of time."""
    first: dict[str, Run] = {}
    for run in runs:
        first.setdefault(run.name, run)
    return tuple(first.values())
