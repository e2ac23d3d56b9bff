"""When a recurrence rule fires, as Prefect's scheduler has it.

dateutil finds the dates by the clock on the wall.  A rule without a `COUNT` begins anew
shortly before the dates that are asked for, in step with its beginning: the way from a
`DTSTART` of years ago takes seconds.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from itertools import takewhile
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rruleset, rrulestr

from compiler.firing.clock import TICK, Instant, instant, reading, wall

_SINCE = date(2020, 1, 1)  # where Prefect begins a rule that says nothing of it
_UTC = re.compile(r"(\d{8}T\d{6})Z", re.IGNORECASE)
_ZONE = re.compile(r";TZID=[^:;]*", re.IGNORECASE)
_STEP = re.compile(r"FREQ=(\w+)(?:;INTERVAL=(\d+))?")
_START = re.compile(r"DTSTART:(\w+)")
_NUMBERS = re.compile(r"\b(INTERVAL|COUNT)=(\d+)", re.IGNORECASE)
_UNITS = {
    "WEEKLY": timedelta(weeks=1),
    "DAILY": timedelta(days=1),
    "HOURLY": timedelta(hours=1),
    "MINUTELY": timedelta(minutes=1),
    "SECONDLY": timedelta(seconds=1),
}
_EARLIER = timedelta(hours=3)  # more than clocks jump
_COUNTABLE = 100_000  # dates: to count on, the scheduler takes seconds, and so would we


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSchedule:
    """A rule that can be read, by the clock of a zone, which dateutil has its own idea of."""

    rule: str
    zone: ZoneInfo
    reckoned: tzinfo

    def fires(self, start: datetime, end: datetime) -> Iterator[Instant]:
        """Instants from `start` to `end`, in the order of the clock on the wall."""
        first, last = instant(start), instant(end)
        begin = wall(first, self.zone) - _EARLIER
        dates = _begun(_by_the_clock(self.rule), begin).xafter(begin, inc=True)
        instants = (_instant(each, self.reckoned) for each in dates)
        shown: set[datetime] = set()  # what a clock shows twice fires once
        for at in takewhile(lambda at: at <= last, (at for at in instants if at >= first)):
            local = wall(at, self.zone)
            if local not in shown:
                shown.add(local)
                yield at


def is_readable(rule: str) -> bool:
    """Whether the scheduler can do something with a rule.

    It can not with an end in UTC and no start, and comes to no end without an interval or with
    very many dates to be counted.
    """
    try:
        rrulestr(rule, dtstart=_SINCE)
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
    numbers = {name.upper(): int(number) for name, number in _NUMBERS.findall(rule)}
    return numbers.get("INTERVAL", 1) > 0 and numbers.get("COUNT", 0) <= _COUNTABLE


def _by_the_clock(rule: str) -> rrule | rruleset:
    """The rule without the zones in it: Prefect puts the schedule's own in their place."""
    return rrulestr(_ZONE.sub("", _UTC.sub(r"\1", rule)), dtstart=_SINCE)


def _begun(rule: rrule | rruleset, begin: datetime) -> rrule | rruleset:
    """A rule that begins as late as it may, so that nothing is missing from `begin` on."""
    text = str(rule)
    step, start = _STEP.search(text), _START.search(text)
    if not (isinstance(rule, rrule) and step and start) or "COUNT=" in text:
        return rule
    unit = _UNITS.get(step[1])
    since = datetime.fromisoformat(start[1])
    if unit is None or since >= begin:
        return rule
    period = unit * int(step[2] or 1)
    return rule.replace(dtstart=since + (begin - since) // period * period)


def _instant(local: datetime, zone: tzinfo) -> Instant:
    offset = local.replace(tzinfo=zone).utcoffset()
    assert offset is not None
    return reading(local) - offset // TICK
