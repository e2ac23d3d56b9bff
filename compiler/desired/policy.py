"""What the files say of how far a run may go: `policy`."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many deletions are an edit and not an accident.

    `share` is a share of 1 of all that the stack owns of a kind; it counts from
    `exempt_below` things on.  `are_off` says that any number is meant.
    """

    share: float = 0.3
    exempt_below: int = 5
    are_off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """`prunes` is False where what left the files stays on the server."""

    prunes: bool = True
    limits: Limits = field(default_factory=Limits)
