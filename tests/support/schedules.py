"""Schedules as people and programs write them, and when Prefect's own scheduler fires them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone

from hypothesis import strategies as st
from pydantic import TypeAdapter

from compiler.desired.json import Json
from compiler.firing.schedule import Schedule

ZONES = (
    "UTC",
    "Europe/Berlin",
    "Europe/Dublin",  # whose winter time is the saving one
    "America/New_York",
    "America/St_Johns",
    "America/Sao_Paulo",
    "Africa/Casablanca",  # changes for Ramadan
    "Asia/Kolkata",
    "Australia/Lord_Howe",  # changes by half an hour
    "Pacific/Chatham",
)
CHANGES = (  # of the clocks of these zones, in UTC
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 3, 8, 7, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
    datetime(2026, 3, 8, 5, 30, tzinfo=UTC),
    datetime(2026, 2, 15, 2, tzinfo=UTC),
    datetime(2026, 4, 4, 15, tzinfo=UTC),
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
    datetime(2026, 9, 26, 14, tzinfo=UTC),
)
_MOST = 900  # Prefect looks at a thousand dates
_SECONDS = (0.5, 1, 90, 600, 900, 3600, 5400, 86_400, 90_000, 129_600, 180_000, 604_800, 2_592_000)
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU", "1MO", "-1FR")


def starts() -> st.SearchStrategy[datetime]:
    """Instants of two years, half of them close to a change of the clocks."""
    near = st.tuples(st.sampled_from(CHANGES), st.integers(-10_000, 10_000))
    year = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31))  # noqa: DTZ001
    return near.map(lambda one: one[0] + timedelta(seconds=one[1])) | year.map(
        lambda one: one.replace(tzinfo=UTC)
    )


def schedules() -> st.SearchStrategy[dict[str, Json]]:
    """Schedules of any kind in the canonical form, that a server would store."""
    return crons() | intervals() | rules()


def crons() -> st.SearchStrategy[dict[str, Json]]:
    """Cron schedules, most of which have times that clocks skip or repeat."""
    hours = st.sampled_from(["*", "*/2", "0", "1", "2", "3", "1,2", "0-3", "9", "22"])
    weekdays = st.sampled_from(["*", "*", "*", "1-5", "SUN", "7", "MON#2", "L5", "0,3", "*/2"])
    days = st.sampled_from(["*", "*", "*", "1", "L", "*/5", "15-20", "29", "31"])
    months = st.sampled_from(["*", "*", "*", "*/2", "MAR", "10,11", "1-6"])
    classic = st.tuples(_field(60), hours, days, months, weekdays).map(" ".join)
    extended = st.tuples(classic, st.sampled_from(["0", "30", "*/20"])).map(" ".join)
    named = st.sampled_from(["@daily", "@hourly", "@weekly", "@monthly", "@yearly"])
    return st.fixed_dictionaries(
        {
            "cron": classic | classic | extended | named,
            "day_or": st.booleans(),
            "timezone": st.sampled_from(ZONES) | st.none(),
        }
    )


def _field(size: int) -> st.SearchStrategy[str]:
    number = st.integers(0, size - 1)
    return (
        number.map(str)
        | st.just("*")
        | st.integers(2, size // 2).map("*/{}".format)
        | st.tuples(number, number).map(lambda two: f"{min(two)}-{max(two)}")
        | st.sets(number, min_size=2, max_size=4).map(lambda some: ",".join(map(str, some)))
    )


def intervals() -> st.SearchStrategy[dict[str, Json]]:
    """Intervals of less and of more than a day, with an anchor before and behind."""
    days = st.dates(date(2019, 1, 1), date(2028, 1, 1))
    hours = st.sampled_from([0, 1, 2, 3]) | st.integers(0, 23)
    times = st.builds(
        time, hours, st.sampled_from([0, 30, 45]), st.just(0), st.sampled_from([0, 7])
    )
    zones = st.sampled_from([0, 1, 2, -5, 9.5]).map(lambda ahead: timezone(timedelta(hours=ahead)))
    return st.fixed_dictionaries(
        {
            "interval": st.sampled_from(_SECONDS) | st.integers(60, 1_000_000),
            "anchor_date": st.builds(datetime.combine, days, times, zones).map(datetime.isoformat),
            "timezone": st.sampled_from(ZONES),
        }
    )


def rules() -> st.SearchStrategy[dict[str, Json]]:
    """Recurrence rules with and without a start."""
    return st.fixed_dictionaries(
        {"rrule": st.composite(_rule)(), "timezone": st.sampled_from(ZONES)}
    )


def _rule(draw: st.DrawFn) -> str:
    unit = draw(st.sampled_from(["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "DAILY", "HOURLY"]))
    parts = [f"FREQ={unit}", *_parts(draw, unit)]
    begun = st.datetimes(datetime(2020, 1, 1), datetime(2026, 12, 31))  # noqa: DTZ001
    start = draw(st.none() | begun)
    end = draw(st.none() | st.none() | begun)
    zone = draw(st.sampled_from(["", "Z"])) if start else ""
    if end is None and draw(st.integers(0, 4)) == 0:
        parts.append(f"COUNT={draw(st.integers(1, 3000))}")
    if end is not None:
        parts.append(f"UNTIL={end:%Y%m%dT%H%M%S}{zone}")
    lines = [f"DTSTART:{start:%Y%m%dT%H%M%S}{zone}"] if start else []
    more = draw(st.sampled_from(["", "", "\nEXDATE:20260329T023000\nRDATE:20261025T023000"]))
    name = "RRULE:" if lines or more or draw(st.booleans()) else ""
    return "\n".join([*lines, name + ";".join(parts)]) + more


def _parts(draw: st.DrawFn, unit: str) -> Iterator[str]:
    if draw(st.booleans()):
        yield f"INTERVAL={draw(st.integers(1, 5))}"
    if unit != "HOURLY" and draw(st.booleans()):
        yield f"BYHOUR={draw(st.sampled_from(['1', '2', '3', '1,2', '9']))}"
    if unit != "HOURLY" and draw(st.booleans()):
        yield f"BYMINUTE={draw(st.sampled_from(['0', '30', '0,20,40']))}"
    numbered = _WEEKDAYS if unit in {"YEARLY", "MONTHLY"} else _WEEKDAYS[:7]
    if draw(st.booleans()):
        yield "BYDAY=" + ",".join(draw(st.sets(st.sampled_from(numbered), min_size=1)))
        if unit in {"YEARLY", "MONTHLY", "WEEKLY"} and draw(st.booleans()):
            yield f"BYSETPOS={draw(st.sampled_from(['1', '-1', '2']))}"
    elif unit != "WEEKLY" and draw(st.booleans()):
        yield f"BYMONTHDAY={draw(st.sampled_from(['1', '15', '-1', '29']))}"
    if draw(st.integers(0, 4)) == 0:
        yield f"BYMONTH={draw(st.sampled_from(['3', '1,3,10', '6']))}"
    if draw(st.integers(0, 4)) == 0:
        yield "WKST=SU"


def fired_by_prefect(
    schedule: Schedule, start: datetime, end: datetime
) -> tuple[list[datetime], datetime] | None:
    """What Prefect's scheduler finds, and until when it was asked; None if the server refuses.

    It looks at a thousand dates and no more: where there are as many, less is asked for.
    Where it fails, what it has found until then is all.
    """
    from prefect.server.schemas import schedules as theirs

    try:
        made = TypeAdapter(theirs.SCHEDULE_TYPES).validate_python(dict(schedule))
    except ValueError:
        return None
    found: list[datetime] = []
    try:
        for each in made._get_dates_generator(n=_MOST, start=start, end=end):  # noqa: SLF001  # what its scheduler calls
            found.append(_plain(each))  # noqa: PERF401  # what was found stays when it fails
    except Exception:  # noqa: BLE001  # whatever its libraries raise
        return sorted(found), end
    if len(found) < _MOST:
        return sorted(found), end
    until = max(found) - timedelta(days=1)
    return sorted(each for each in found if each <= until), until


def _plain(moment: datetime) -> datetime:
    """Of Python's own kind: pendulum's neither compares nor subtracts like it."""
    offset = moment.utcoffset()
    assert offset is not None
    plain = datetime.combine(moment.date(), moment.time())
    return (plain - offset).replace(tzinfo=UTC)
