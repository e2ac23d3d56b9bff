"""How a run can end, as the shell sees it."""

from enum import IntEnum


class Exit(IntEnum):
    """A closed list; a script may rely on every line of it."""

    OK = 0
    FAILED = 1  # refused or failed; wrong usage too
    PENDING = 2  # changes are pending, where the caller asked to be told so
    PARTLY = 3  # some of the plan was applied, some was not
    BUG = 70
    INTERRUPTED = 130
