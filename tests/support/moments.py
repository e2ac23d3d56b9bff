"""Times that are others every day."""

import re


def without_moments(text: str) -> str:
    """The text with one time for all: a schedule's next one is another every day."""
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)? UTC", "2026-12-01 03:00 UTC", text)
