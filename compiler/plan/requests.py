"""How many requests an apply makes, if none has to be repeated."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCount:
    """`writes` go to owned things; `housekeeping` is the ledger's and what asks to schedule again.

    `reads` look for runs that wait, and look again at what was written.
    """

    writes: int = 0
    housekeeping: int = 0
    reads: int = 0

    def __add__(self, other: "RequestCount") -> "RequestCount":
        return RequestCount(
            writes=self.writes + other.writes,
            housekeeping=self.housekeeping + other.housekeeping,
            reads=self.reads + other.reads,
        )
