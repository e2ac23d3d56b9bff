"""Lengths of time and dates as people write them, in the forms that Prefect takes."""

import json
import re
from datetime import UTC, datetime, timedelta
from functools import cache

from pydantic import TypeAdapter, ValidationError

_EIGHT_DIGITS = re.compile(r"[0-9]{8}(T|$)")


@cache
def _durations() -> TypeAdapter[timedelta]:
    return TypeAdapter(timedelta)


@cache
def _dates() -> TypeAdapter[datetime]:
    return TypeAdapter(datetime)


def seconds(written: float | str) -> float | None:
    """Seconds of a number, `HH:MM:SS` or ISO 8601 duration; None if it is none of them.

    A number may be text: that is what a template makes of one.
    """
    if isinstance(written, str) and written.isdecimal():
        written = float(written)
    try:
        return _durations().validate_python(written).total_seconds()
    except ValidationError:
        return None


def rule(written: str) -> tuple[str, str | None]:
    """A recurrence rule and its time zone, which may come together as JSON text.

    Source: `prefect deploy` takes `{"rrule": "…", "timezone": "…"}` as well.
    """
    try:
        parsed = json.loads(written)
    except ValueError:
        return written, None
    if not isinstance(parsed, dict) or not isinstance(parsed.get("rrule"), str):
        return written, None
    zone = parsed.get("timezone")
    return parsed["rrule"], zone if isinstance(zone, str) else None


def instant(written: str) -> str | None:
    """A date in ISO 8601, with the offset that it has; None if it is no date.

    Without an offset it is UTC, whatever the schedule's time zone says: that is
    how the server reads it.  Eight digits are a date, as for Prefect's command; any other
    number is seconds since 1970, as for its server.
    """
    date = _date_without_hyphens(written) if _EIGHT_DIGITS.match(written) else _date(written)
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).isoformat() if date else None


def _date(written: str) -> datetime | None:
    try:
        return _dates().validate_python(written)
    except ValidationError:
        return None


def _date_without_hyphens(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return None
