"""One stack as a line: how it stands, in a word that does not need a colour.  Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from controller.keeping import Standing
from controller.roster import Stack
from controller.settled import Settled, State
from reconciler.gitops.checkout import normalised
from reconciler.suspension import Suspension

_SHORT = 8  # letters of a commit
_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
_FAILED = frozenset({State.INVALID, State.REFUSED, State.FAILED})
_WAITING = frozenset({State.PENDING, State.LOCKED})


class Group(StrEnum):
    """What a person wants to know first."""

    FAILED = "failed"
    DRIFTED = "drifted"
    WAITING = "waiting"
    SUSPENDED = "suspended"
    SYNCED = "synced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """When a stack is looked at: now if it `is_running`, else at a time, or nobody knows."""

    is_running: bool = False
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What a line says; `state` is the state's own word, `detail` why it is so."""

    name: str
    group: Group
    state: str
    detail: str
    repository: str
    ref: str
    environment: str
    commit: str = ""
    subject: str = ""
    synced_at: datetime | None = None
    looked_at: datetime | None = None
    turn: Turn = field(default_factory=Turn)
    is_suspended: bool = False

    @property
    def short(self) -> str:
        """The first letters of the commit."""
        return self.commit[:_SHORT]

    @property
    def place(self) -> str:
        """Where the repository is, without what all addresses have."""
        return normalised(self.repository) or self.repository

    @property
    def sought(self) -> str:
        """What the line is found by, in small letters."""
        words = (self.name, self.repository, self.ref, self.environment, self.subject, self.commit)
        return " ".join(filter(None, words)).lower()


def row(stack: Stack, standing: Standing, turn: Turn, suspended: Suspension | None = None) -> Row:
    """The line of a stack."""
    settled, is_suspended = standing.settled, stack.suspended or suspended is not None
    synced = standing.synced_at
    return Row(
        name=stack.name,
        group=group_of(standing, is_suspended=is_suspended),
        state=settled.state.value if settled is not None else "not looked at yet",
        detail="; ".join(_detail(standing, settled, _stopped(stack, suspended))),
        repository=stack.repository,
        ref=str(stack.ref),
        environment=stack.environment or "",
        commit=(settled.commit if settled is not None else None) or standing.commit or "",
        subject=settled.subject if settled is not None else "",
        synced_at=datetime.fromtimestamp(synced, UTC) if synced is not None else None,
        looked_at=settled.at if settled is not None else None,
        turn=turn,
        is_suspended=is_suspended,
    )


def group_of(standing: Standing, *, is_suspended: bool) -> Group:
    """What is most in need of somebody; that it is suspended explains all but a failure."""
    settled = standing.settled
    if standing.trouble is not None or (settled is not None and settled.state in _FAILED):
        return Group.FAILED
    if is_suspended:
        return Group.SUSPENDED
    if settled is None or settled.state in _WAITING:
        return Group.WAITING
    return Group.DRIFTED if settled.drift else Group.SYNCED


def _stopped(stack: Stack, suspended: Suspension | None) -> str:
    if suspended is not None:
        since = f", {suspended.at[:16].replace('T', ' ')} UTC" if suspended.at else ""
        return f"suspended on the page{since}"
    return "suspended in the controller's file" if stack.suspended else ""


def _detail(standing: Standing, settled: Settled | None, stopped: str) -> Iterator[str]:
    if stopped:
        yield stopped
    if standing.trouble is not None:
        yield standing.trouble
    if settled is None:
        if standing.trouble is None:
            yield "not looked at yet"
        return
    wrong = [each for each in settled.findings if each.severity == "error"]
    if settled.reason not in {"", standing.trouble, "the stack is suspended"}:
        yield settled.reason
    if wrong:
        more = f", and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        yield f"{wrong[0].code} {wrong[0].message}{more}"
    if settled.drift:
        yield f"{number(settled.drift, 'thing')} moved on the server"
    if settled.waiting:
        yield f"{number(settled.waiting, 'step')} to be written"
    if settled.kept:
        yield f"{number(settled.kept, 'thing')} left the files and stay{'s' * (settled.kept == 1)}"


def number(count: int, noun: str) -> str:
    """`1 step`, `2 steps`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def counts(rows: Mapping[str, Row]) -> dict[Group, int]:
    """How many stacks stand in which way."""
    return {group: sum(each.group is group for each in rows.values()) for group in Group}


def far(moment: datetime, now: datetime) -> str:
    """How far away a moment is, in one unit: `now`, `in 12 s`, `4 min ago`, `3 h ago`."""
    seconds = abs(moment - now) // timedelta(seconds=1)
    for unit, size in _UNITS:
        if seconds >= size:
            text = f"{seconds // size} {unit}"
            return f"in {text}" if moment > now else f"{text} ago"
    return "now"
