"""What came of looking at a stack: a summary, which is all that is kept of it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """How a stack stands."""

    SYNCED = "synced"  # the server holds the commit
    DRIFTED = "drifted"  # it would, had nothing moved on the server
    PENDING = "pending"  # something is to be written, and may not be now
    INVALID = "invalid"  # the files of the commit are wrong, or ask for what may not be
    REFUSED = "refused"  # the server said no to a part of it
    LOCKED = "locked"  # somebody else is applying the stack
    FAILED = "failed"  # Git or the server could not be asked, or could not


AGAIN = frozenset({State.LOCKED, State.FAILED})  # what may pass, and is tried again soon


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A finding in one line, with nothing secret in it; `line` is 0 where it has no place.

    `excerpt` are a few lines of the file around it, each with its number.
    """

    code: str
    message: str
    severity: str = "error"
    file: str = ""
    line: int = 0
    column: int = 0
    hint: str | None = None
    excerpt: tuple[tuple[int, str], ...] = field(default=(), repr=False)

    def __str__(self) -> str:
        at = f"{self.file}:{self.line}:{self.column}: " if self.file else ""
        return f"{at}{self.code} {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What came of one look at a stack, at one commit; None where no commit is known.

    `waiting` is how many steps the files ask for that were not carried out, `drift` how many
    things are not as they were last applied and were left so, `healed` how many were put back,
    `kept` how many left the files and stay.  `written` says whether anything was applied.
    `refused` is the digest of a plan that the server has refused: it is not tried again.
    `planned` says whether the server was looked at, and a plan made or refused.
    `subject` is the first line of the commit's message; `sight` is what was seen, packed.
    `ids` are the server's of all that is the stack's.  `again_in` is in seconds, None where
    only an event, a commit or the ordinary look brings news.
    """

    stack: str
    state: State
    commit: str | None = None
    reason: str = ""
    findings: tuple[Found, ...] = ()
    waiting: int = 0
    drift: int = 0
    healed: int = 0
    kept: int = 0
    written: bool = False
    planned: bool = False
    at: datetime | None = None
    refused: str | None = None
    again_in: float | None = None
    subject: str = ""
    sight: bytes = field(default=b"", repr=False, compare=False)
    ids: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def is_synced(self) -> bool:
        """Whether the server holds the commit, the whole of it."""
        return self.state is State.SYNCED
