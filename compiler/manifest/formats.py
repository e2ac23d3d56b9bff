"""The formats of JSON Schema that a flow's types have, as pydantic reads them in a run."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

FORMATS: Mapping[str, str] = {
    "date": "a date such as 2026-01-31",
    "date-time": "a date and time such as 2026-01-31T09:00:00Z",
    "time": "a time such as 09:00:00",
    "duration": "a duration such as PT1H",
    "uuid": "a UUID",
}
_TYPES: Mapping[str, type] = {
    "date": date,
    "date-time": datetime,
    "time": time,
    "duration": timedelta,
    "uuid": UUID,
}


def fits(name: str, text: str) -> bool:
    """Whether a parameter of the format `name`, one of `FORMATS`, may be given as `text`."""
    try:
        _reader(name).validate_python(text)
    except ValidationError:
        return False
    return True


@cache
def _reader(name: str) -> TypeAdapter[object]:
    return TypeAdapter(_TYPES[name])
