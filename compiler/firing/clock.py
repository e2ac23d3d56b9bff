"""Instants as whole microseconds since 1970 in UTC, and local time as a naive datetime.

A year of a schedule is half a million of them: numbers are compared and kept in sets at
a tenth of what aware datetimes cost.
"""

import sys
from datetime import UTC, datetime, timedelta, tzinfo
from enum import Enum
from typing import TypeAlias

Instant: TypeAlias = int
SECOND: Instant = 1_000_000
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  # the wall clock's own beginning
TICK = timedelta(microseconds=1)


class Dates(Enum):
    """What Prefect reckons dates with.  They disagree at hours that clocks skip or repeat."""

    PENDULUM = "a server on Python 3.12 or earlier"
    WHENEVER = "a server on Python 3.13 or later"


OURS = Dates.PENDULUM if sys.version_info < (3, 13) else Dates.WHENEVER


def instant(moment: datetime) -> Instant:
    """An aware datetime as an instant."""
    return reading(moment.astimezone(UTC).replace(tzinfo=None))


def moment(instant: Instant) -> datetime:
    """An instant as a datetime in UTC."""
    return (EPOCH + timedelta(microseconds=instant)).replace(tzinfo=UTC)


def reading(wall: datetime) -> int:
    """Microseconds that a wall clock has counted since its 1970."""
    return (wall - EPOCH) // TICK


def wall(instant: Instant, zone: tzinfo) -> datetime:
    """What a clock on the wall shows at an instant; `fold` says which of two hours it is."""
    return moment(instant).astimezone(zone).replace(tzinfo=None)


def offsets(wall: datetime, zone: tzinfo) -> tuple[int, int]:
    """How far a zone may be ahead of UTC at a local time, in microseconds.

    Both are equal but where clocks change: first what held before, then what holds after.
    """
    local = wall.replace(tzinfo=zone)
    before, after = local.replace(fold=0).utcoffset(), local.replace(fold=1).utcoffset()
    assert before is not None
    assert after is not None
    return before // TICK, after // TICK
