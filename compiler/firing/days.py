"""The days that a cron expression names, as Prefect's own copy of croniter finds them.

It leaps from day to day, and a leap is too long in a month that has not the day it leaps to:
`*/5` leaps from 27 February to the 31st, which comes out as 3 March, and so misses the 1st.
Later versions of croniter do not; that is why days are not left to whichever is installed.
"""

from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

_DAY = timedelta(days=1)
LAST = 32  # in place of a day of the month or of a number of a weekday: the last one
_FAR = 50  # years without such a day: Prefect's croniter gives up
Field = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The fields of an expression that choose days, in order; empty for every value.

    `nth` are numbered weekdays by their weekday, of which Sunday is 0.  With `is_either` a day
    of the month or a day of the week is enough.
    """

    years: Field = ()
    months: Field = ()
    days: Field = ()
    weekdays: Field = ()
    nth: Mapping[int, Field]
    is_either: bool

    @property
    def is_every(self) -> bool:
        """Whether no day is left out."""
        return not (self.years or self.months or self.days or self.weekdays or self.nth)

    def since(self, day: date, *, is_till_midnight: bool) -> Iterator[date]:
        """Days from `day` on, until none is found for a lifetime.

        With `is_till_midnight` the last time of a day is the last there can be, so that the way
        goes on from the next day; from any earlier one it goes on within the day.
        """
        found = self._find(day, Days._leap)
        while found is not None:
            yield found
            if is_till_midnight:
                found = self._find(found + _DAY, Days._leap)
            else:
                found = self._find(found, Days._leap_away)

    def _find(self, day: date, way: Callable[["Days", date], date | None]) -> date | None:
        if not (self.is_either and self.days and self.weekdays):
            return way(self, day)
        by_month = way(replace(self, weekdays=()), day)
        by_week = way(replace(self, days=()), day)
        return min(by_month, by_week) if by_month and by_week else None

    def _leap_away(self, day: date) -> date | None:
        """The first day after `day`, from within it."""
        landed = self._leap(day)
        return self._leap(day + _DAY) if landed == day else landed

    def _leap(self, day: date) -> date | None:
        """The first day from `day` on that all fields name, one leap after the other."""
        last_year = day.year + _FAR
        while day.year <= last_year:
            landed = self._step(day)
            if landed is None or landed == day:
                return landed
            day = landed
        return None

    def _step(self, day: date) -> date | None:
        """Where the first field that does not name the day leaps to; the day if all do."""
        if self.years and day.year not in self.years:
            year = next((year for year in self.years if year > day.year), None)
            return date(year, 1, 1) if year is not None else None
        if self.months and day.month not in self.months:
            later = next((month for month in self.months if month > day.month), None)
            return date(day.year + (later is None), later or self.months[0], 1)
        length = monthrange(day.year, day.month)[1]
        ahead = _distance(day.day, self.days, length)
        if ahead == 0:
            ahead = self._to_weekday(day, length)
        return day + timedelta(days=ahead)

    def _to_weekday(self, day: date, length: int) -> int:
        """Days to the next of the weekdays; to the next month if no numbered one is left."""
        if not self.nth:
            return _distance(day.isoweekday() % 7, self.weekdays, 7)
        first = day.replace(day=1).isoweekday()
        dates = {weekday: range(1 + (weekday - first) % 7, length + 1, 7) for weekday in self.nth}
        numbered = (
            dates[weekday][-1 if number == LAST else number - 1]
            for weekday, numbers in self.nth.items()
            for number in numbers
            if number in {*range(1, len(dates[weekday]) + 1), LAST}
        )
        left = [each for each in numbered if each >= day.day]
        return min(left, default=length + 1) - day.day


def _distance(value: int, field: Field, length: int) -> int:
    """How far it is to the next value of a field that begins anew after so many."""
    if LAST in field and value == length:
        return 0
    named = [length if each == LAST else each for each in field] or [value]
    return next((each - value for each in named if each >= value), named[0] - value + length)
