"""When may be written: windows of a stack, as a function of the time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from compiler.firing.clock import moment
from compiler.firing.schedule import firing
from controller.roster import Window

_FARTHEST = timedelta(days=31)  # no wait is longer: it is looked at again then
_SHORTEST = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Whether may be written now, and for how many seconds that is sure."""

    is_open: bool
    lasts: float


ALWAYS = Opening(is_open=True, lasts=_FARTHEST.total_seconds())


def zone_of(name: str) -> ZoneInfo | None:
    """The time zone of a name; None if there is none."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def opening(windows: Sequence[Window], now: datetime) -> Opening:
    """Whether may be written at an aware time: inside of a window, and of none that denies.

    Windows that only deny leave all other times open.
    """
    if not windows:
        return ALWAYS
    allowing = [each for each in windows if not each.denies]
    denied = any(_is_within(each, now) for each in windows if each.denies)
    allowed = not allowing or any(_is_within(each, now) for each in allowing)
    edges = [edge for each in windows for edge in _edges(each, now)]
    until = min(edges, default=now + _FARTHEST)
    lasts = max(until - now, _SHORTEST).total_seconds()
    return Opening(is_open=allowed and not denied, lasts=lasts)


def _is_within(window: Window, now: datetime) -> bool:
    """Whether it has opened, and not shut yet."""
    length = timedelta(seconds=window.seconds)
    return any(now - length < begun <= now for begun in _openings(window, now - length, now))


def _edges(window: Window, now: datetime) -> Iterator[datetime]:
    """The next times at which it shuts or opens."""
    length = timedelta(seconds=window.seconds)
    shut = [begun + length for begun in _openings(window, now - length, now)]
    yield from (each for each in shut if each > now)
    upcoming = _openings(window, now, now + _FARTHEST)
    yield from islice((each for each in upcoming if each > now), 1)


def _openings(window: Window, start: datetime, end: datetime) -> Iterator[datetime]:
    """The times from `start` to `end` at which it opens; the first after `end` ends them."""
    fires = firing({"cron": window.cron, "timezone": window.timezone}, anchor=start)
    if fires is None:
        return
    for instant in fires.fires(start.astimezone(UTC), end.astimezone(UTC)):
        found = moment(instant)
        if found > end:
            return
        yield found
