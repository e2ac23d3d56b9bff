"""What a cron expression stands for; each is looked at once, however many rules ask."""

from datetime import datetime
from functools import cache

from croniter import CroniterBadDateError, croniter

_LONGEST = 1_000  # letters; with every minute, hour and day listed it takes four hundred
Fields = tuple[tuple[int | str, ...], ...]


@cache
def fields_of(cron: str) -> Fields | None:
    """The values of each field, `*` for all of them; None when it cannot be read."""
    if len(cron) > _LONGEST or not croniter.is_valid(cron):
        return None
    return tuple(tuple(field) for field in croniter.expand(cron)[0])


@cache
def ever_fires(cron: str, *, day_or: bool) -> bool:
    """Whether any calendar has a date that a readable expression names."""
    return next_fire(cron, None, day_or=day_or) is not None


def next_fire(cron: str, after: datetime | None, *, day_or: bool) -> datetime | None:
    """When a readable expression fires next, by the clock on the wall; None if it never does.

    It is looked for from `after`, or from now on.
    """
    try:
        return croniter(cron, after, day_or=day_or).get_next(datetime)
    except CroniterBadDateError:
        return None
