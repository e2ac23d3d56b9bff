"""A time of day that is skipped when clocks go forward.

What it finds:
    A cron schedule for a few fixed times a day of which one does not exist in its time zone on
    the day on which clocks go forward.

Why it matters:
    On that day Prefect fires at another time: 02:30 in Berlin becomes 01:30. What the run waits
    for may not be there yet.

Example:
    schedules:
      - {cron: "30 2 * * *", timezone: Europe/Berlin}

Use instead:
    schedules:
      - {cron: "30 3 * * *", timezone: Europe/Berlin}

Known limits:
    The zone's rules as they stand now are looked at, in the years 2050 to 2077, when every date
    has been on every weekday. When clocks go back Prefect fires once, and that is not
    reported. Schedules of more than three hours a day are not looked at.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product
from zoneinfo import ZoneInfo

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.cron import fields_of, next_fire
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Schedule

RULE = Rule(code="DEP219", name="clock-change", severity=Severity.WARNING, page=__doc__)
_FIRST, _LAST = 2050, 2078
_MINUTE = timedelta(minutes=1)
_FEW = 3  # hours of a day: more of them do not wait for one time


def check(schedule: Placed[Schedule], report: Report) -> None:
    """Report a time of day that does not exist once a year."""
    cron, zone = schedule.value.cron, schedule.value.timezone
    if not (cron and zone) or len(cron.split()) != 5 or _is_wrong(schedule, report):
        return
    if not _may_be_skipped(cron, zone):
        return
    skipped = _skipped(cron, zone, day_or=schedule.value.day_or is not False)
    if skipped is not None:
        report.add(
            RULE,
            f"{skipped:%H:%M} does not exist in {zone!r} on a day in {skipped:%B}, "
            "when clocks go forward",
            schedule.at("cron"),
            hint="take an hour that is never skipped, or 'timezone: UTC'",
        )


def _is_wrong(schedule: Placed[Schedule], report: Report) -> bool:
    return any(report.has_error_within(schedule.at(name)) for name in ("cron", "timezone"))


def _may_be_skipped(cron: str, zone: str) -> bool:
    """Whether it names a few hours of the day, and in one of them a time that is left out."""
    fields = fields_of(cron)
    if fields is None or "*" in fields[1] or len(fields[1]) > _FEW:
        return False
    minutes = range(60) if "*" in fields[0] else fields[0]
    return not _left_out(zone).isdisjoint(product(fields[1], minutes))


@cache
def _left_out(zone: str) -> frozenset[tuple[int | str, int | str]]:
    """The hours and minutes that the zone leaves out on one day or another."""
    return frozenset(
        (moment.hour, moment.minute)
        for start, end in _gaps(zone)
        for moment in (start + timedelta(minutes=n) for n in range((end - start) // _MINUTE))
    )


@cache
def _skipped(cron: str, zone: str, *, day_or: bool) -> datetime | None:
    """The first local time that the schedule names and that the zone leaves out."""
    for start, end in _gaps(zone):
        fires = next_fire(cron, start - timedelta(seconds=1), day_or=day_or)
        if fires is None:
            return None
        if fires < end:
            return fires
    return None


@cache
def _gaps(zone: str) -> tuple[tuple[datetime, datetime], ...]:
    """The local times that the zone leaves out, each from its beginning to its end."""
    return tuple(_find_gaps(ZoneInfo(zone)))


def _find_gaps(zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    day, before = datetime(_FIRST, 1, 1, tzinfo=UTC), None
    while day.year < _LAST:
        offset = day.astimezone(zone).utcoffset()
        if before is not None and offset is not None and offset > before:
            moment = _change(day - timedelta(days=1), zone, before)
            yield _local(moment, before), _local(moment, offset)
        day, before = day + timedelta(days=1), offset


def _change(day: datetime, zone: ZoneInfo, before: timedelta) -> datetime:
    """The minute within a day at which the zone leaves the offset `before`."""
    low, high = 0, 24 * 60
    while low < high:
        middle = (low + high) // 2
        moment = (day + timedelta(minutes=middle)).astimezone(zone)
        low, high = (middle + 1, high) if moment.utcoffset() == before else (low, middle)
    return day + timedelta(minutes=low)


def _local(moment: datetime, offset: timedelta) -> datetime:
    return (moment + offset).replace(tzinfo=None)
