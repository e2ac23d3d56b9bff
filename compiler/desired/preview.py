"""A stack that stands for a branch, and not for long."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Whose preview a stack is, of which branch, and until when; the moment has a time zone."""

    of: str
    branch: str
    until: datetime
