"""What is kept of each stack between two looks: a commit, and a summary.

Nothing of it matters: a controller that lost it all would look once at every stack, and know.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from controller.roster import Roster
from controller.settled import Settled, State
from reconciler.gitops.refs import Resolved


@dataclass(slots=True, kw_only=True)
class Standing:
    """What is known of one stack; `resolved` is what its ref is now, as far as Git was asked.

    `trouble` is why Git could not be asked, None if it could.  `at` is when the stack was last
    in sync, in seconds since 1970.
    """

    resolved: Resolved | None = None
    trouble: str | None = None
    settled: Settled | None = None
    synced_at: float | None = None

    @property
    def commit(self) -> str | None:
        """The commit that the ref is now."""
        return self.resolved.commit if self.resolved is not None else None


@dataclass(slots=True)
class Keeping:
    """The standing of every stack, and whose the things on the server are."""

    roster: Roster
    of: dict[str, Standing] = field(init=False)
    _owners: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.of = {each.name: Standing() for each in self.roster.stacks}

    def moved(self, stack: str, resolved: Resolved) -> bool:
        """Note what a stack's ref is; whether there is something to look at because of that."""
        standing = self.of[stack]
        had_trouble, standing.trouble = standing.trouble is not None, None
        is_new, standing.resolved = standing.resolved != resolved, resolved
        return is_new or had_trouble

    def is_known_to_be_invalid(self, stack: str) -> bool:
        """Whether the files of the commit are wrong whatever the server holds: one attempt each."""
        standing = self.of[stack]
        settled = standing.settled
        return (
            settled is not None
            and settled.state is State.INVALID
            and not settled.planned
            and settled.commit == standing.commit
        )

    def settle(self, settled: Settled, seconds: float) -> Settled:
        """Note what came of a look, at so many seconds since 1970; what is known after it.

        Where the server was not looked at, what was seen of it before still stands.
        """
        standing = self.of[settled.stack]
        if standing.settled is not None and not settled.planned:
            before = standing.settled
            settled = replace(
                settled,
                ids=before.ids,
                drift=before.drift,
                refused=before.refused,
                sight=before.sight,
                subject=settled.subject or _subject(before, settled),
            )
        for id in standing.settled.ids if standing.settled is not None else ():
            self._owners.pop(id, None)
        self._owners |= dict.fromkeys(settled.ids, settled.stack)
        standing.settled = settled
        if settled.is_synced:
            standing.synced_at = seconds
        return settled

    def owners(self, ids: Iterable[str]) -> frozenset[str]:
        """The stacks that things on the server belong to."""
        return frozenset(self._owners[id] for id in ids if id in self._owners)

    @property
    def is_ready(self) -> bool:
        """Whether every stack was looked at once, or tried."""
        return all(each.settled is not None for each in self.of.values())

    @property
    def settled(self) -> Mapping[str, Settled]:
        """The last summary of each stack that has one."""
        return {name: one.settled for name, one in self.of.items() if one.settled is not None}


def _subject(before: Settled, settled: Settled) -> str:
    """What is known of the commit's message where nobody has read it anew."""
    return before.subject if before.commit == settled.commit else ""
