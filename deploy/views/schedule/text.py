"""The runs to come as text.  Pure: values to text."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from compiler.firing.agenda import Agenda, ClockChange, Run, busiest, next_of
from deploy.views.letters import one_line, wrapped
from deploy.views.table import table as in_columns

_SHADES = " ░▒▓█"
_PILES = 5
_WIDE = 65  # columns from which an hour is two of them
_DAY = "%a %d %b"


def table(agenda: Agenda, zone: ZoneInfo, columns: int | None = None) -> str:
    """The next run of each deployment, how often it runs, and what there is to say of all."""
    counts = _counts(agenda.runs)
    head = (f"next ({zone.key})", "deployment", "schedule", "its own time", f"runs {_days(agenda)}")
    cells = (
        (
            f"{run.at.astimezone(zone):{_DAY} %H:%M}",
            one_line(run.name),
            one_line(run.slug or ""),
            _own_time(run, zone),
            f"{counts[run.name]}{'+' if run.name in agenda.cut else ''}",
        )
        for run in next_of(agenda.runs)
    )
    rows = [dict(zip(head, each, strict=True)) for each in cells]
    return _joined([*in_columns(rows, columns), *_remarks(agenda, zone, columns)])


def calendar(agenda: Agenda, zone: ZoneInfo, columns: int | None = None) -> str:
    """Every run, by day and minute; those of one minute in one line."""
    lines: list[str] = []
    for day, runs in groupby(agenda.runs, key=lambda run: run.at.astimezone(zone).date()):
        lines += ["", f"{day:{_DAY}}"] if lines else [f"{day:{_DAY}}"]
        for minute, some in groupby(runs, key=lambda run: _minute(run.at.astimezone(zone))):
            names = ", ".join(dict.fromkeys(one_line(run.name) for run in some))
            lines += wrapped(names, columns, first=f"  {minute:%H:%M}  ", rest=" " * 9)
    return _joined([*lines, *_remarks(agenda, zone, columns)])


def heat_map(agenda: Agenda, zone: ZoneInfo, columns: int | None = None) -> str:
    """Days by hours, each darker the more runs begin in it."""
    wide = 2 if columns is None or columns >= _WIDE else 1
    heat = agenda.heat(zone)
    most = busiest(heat)
    first, days = agenda.start.astimezone(zone).date(), _number_of_days(agenda, zone)
    lines = [(" " * 11 + "".join(f"{hour:<{3 * wide}}" for hour in range(0, 24, 3))).rstrip()]
    for day in range(days):
        cells = "".join(_shade(heat.get((day, hour), 0), most) * wide for hour in range(24))
        total = sum(heat.get((day, hour), 0) for hour in range(24))
        lines.append(f"{first + timedelta(days=day):{_DAY}} {cells} {total}".rstrip())
    foot = f"the fullest hour has {most} runs; hours are those of {zone.key}"
    lines += ["", *wrapped(foot, columns, first="", rest="  ")]
    return _joined([*lines, *_remarks(agenda, zone, columns)])


def _shade(count: int, most: int) -> str:
    if count == 0:
        return "·"
    return _SHADES[1 + (count * (len(_SHADES) - 1) - 1) // most]


def _counts(runs: Iterable[Run]) -> dict[str, int]:
    found: dict[str, int] = {}
    for run in runs:
        found[run.name] = found.get(run.name, 0) + 1
    return found


def _own_time(run: Run, zone: ZoneInfo) -> str:
    if run.zone == zone.key:
        return ""
    return f"{run.at.astimezone(ZoneInfo(run.zone)):%a %H:%M} {run.zone}"


def _days(agenda: Agenda) -> str:
    days = (agenda.end - agenda.start).days
    return f"in {days} day{'s' if days != 1 else ''}"


def _number_of_days(agenda: Agenda, zone: ZoneInfo) -> int:
    last = (agenda.end - timedelta(microseconds=1)).astimezone(zone).date()
    return (last - agenda.start.astimezone(zone).date()).days + 1


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _remarks(agenda: Agenda, zone: ZoneInfo, columns: int | None) -> Iterator[str]:
    """Where runs pile up, when clocks change, and what is not shown; an empty line before."""
    told = [*_piles(agenda, zone), *map(change, agenda.clock_changes), *_missing(agenda)]
    if told:
        yield ""
    for line in told:
        yield from wrapped(line[2:], columns, first=line[:2], rest="  ")


def _piles(agenda: Agenda, zone: ZoneInfo) -> Iterator[str]:
    for pile in agenda.piles[:_PILES]:
        at = f"{pile.at.astimezone(zone):{_DAY} %H:%M}"
        names = [one_line(name) for name in pile.names]
        shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        yield f"! {at}: {len(names)} at once: {shown}"
    if len(agenda.piles) > _PILES:
        yield f"! and {len(agenda.piles) - _PILES} more minutes in which several begin"


def change(one: ClockChange) -> str:
    """A clock change, in a line."""
    zone = ZoneInfo(one.zone)
    before = (one.at - timedelta(seconds=1)).astimezone(zone) + timedelta(seconds=1)
    after = one.at.astimezone(zone)
    which = "skipped" if one.by > timedelta() else "repeated"
    return (
        f"! {after:{_DAY}}: clocks of {one.zone} go from {before:%H:%M} to {after:%H:%M}: "
        f"that time is {which}"
    )


def _missing(agenda: Agenda) -> Iterator[str]:
    for name in agenda.cut:
        yield f"! {one_line(name)} runs so often that not all of its runs are counted"
    for name in agenda.unanchored:
        yield f"! {one_line(name)} counts from its first apply, and here from now: it has no anchor"
    for name in agenda.unread:
        yield f"! {one_line(name)}: Prefect's scheduler fails at a schedule of it"


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(lines).strip("\n")
