"""A difference between what is wanted and what is there, and whose doing it is."""

import dataclasses
from dataclasses import dataclass
from enum import StrEnum

from compiler.desired.json import Json
from compiler.state.memory import Memory


class Cause(StrEnum):
    """Whose doing a difference is, as seen from what was last applied."""

    CHANGE = "change"  # the files moved
    DRIFT = "drift"  # the server moved
    BOTH = "both"
    LEFT = "left the file"  # we wrote it, and the file says nothing of it any more
    UNKNOWN = "unknown"  # nothing that can be trusted is known of what was last applied


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, as the server has it and as it shall be.

    `after` is complete: what the file leaves open has the server's value.  `old` is
    the memory of the value as last applied, None if none can be trusted; `sides` are
    the memories of `before` and `after`.
    """

    field: str
    before: Json
    after: Json
    cause: Cause = Cause.UNKNOWN
    old: Memory | None = None
    sides: tuple[Memory, Memory] | None = dataclasses.field(default=None, compare=False)
