"""What a cron expression stands for; each is looked at once, however many rules ask."""

from functools import cache

from croniter import CroniterBadDateError, croniter

Fields = tuple[tuple[int | str, ...], ...]


@cache
def fields_of(cron: str) -> Fields | None:
    """The values of each field, `*` for all of them; None when it cannot be read."""
    if not croniter.is_valid(cron):
        return None
    return tuple(tuple(field) for field in croniter.expand(cron)[0])


@cache
def ever_fires(cron: str, *, day_or: bool) -> bool:
    """Whether any calendar has a date that a readable expression names."""
    try:
        croniter(cron, day_or=day_or).get_next()
    except CroniterBadDateError:
        return False
    return True
