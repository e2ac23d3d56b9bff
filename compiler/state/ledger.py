"""What a stack knows of itself between two runs.  Kept on the server, read and written
by `reconciler.ledger`; nothing is kept on a local disk.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from compiler.desired.address import Address
from compiler.desired.json import Json
from compiler.desired.preview import Preview
from compiler.state.memory import Memory

Fields = Mapping[str, Memory]
_LONGEST_HISTORY = 100  # applies
DID_NOT_END = "did not end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a stack is applied from.

    `remote` is the normalised address of the Git remote, None where there is
    none; `files` are the root files, relative to the repository.
    """

    remote: str | None
    files: tuple[str, ...]
    environment: str | None = None

    def agrees_with(self, other: "Origin") -> bool:
        """Whether both are the same place; an unknown remote is any."""
        remotes_agree = None in {self.remote, other.remote} or self.remote == other.remote
        return remotes_agree and (self.files, self.environment) == (other.files, other.environment)

    def __str__(self) -> str:
        files = ", ".join(self.files)
        environment = f" (environment {self.environment})" if self.environment else ""
        return f"{files} of {self.remote or 'a folder outside of Git'}{environment}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """One apply of the past.

    `at` is in RFC 3339 and UTC; `counts` says how many steps of each kind were
    planned; `ended` is `done`, `partly`, `failed`, or `did not end`.  `dirty` says whether
    the files differed from the commit, None where that is not known.  `unread` is what a
    newer version noted of it.
    """

    at: str
    who: str
    tool: str
    digest: str
    ended: str
    commit: str | None = None
    environment: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    dirty: bool | None = None
    unread: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """An apply that has begun, and has not said how it ended.

    `writes` are the things that it was about to create or change, `deletes` those that
    were to go.
    """

    apply: Applied
    writes: tuple[Address, ...] = ()
    deletes: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What the stack made, as it last made it, and where it is applied from.

    An id of None was written ahead: the thing was about to be created when the
    entry was made, and whether it was is for the next run to see.  `applied` are
    the owned fields of each thing as last applied; `ahead` as a run was about to
    write them that never said how it ended.  `protected` are not to be deleted.
    `history` is in order of time; `forgotten` counts the applies before its first one.
    `begun` is the apply that is under way or was killed, None if none is.  `images` is
    what the last apply found, as `compiler.state.images` writes it; empty if that is not known.
    `preview` says of which branch the stack is a preview, and until when; None of any other.
    `unread` is what a newer version keeps in there and this one does not know: it is
    written as it was found, as is `beside`, which stood beside the whole.
    """

    origin: Origin
    ids: Mapping[Address, str | None]
    applied: Mapping[Address, Fields] = field(default_factory=dict)
    ahead: Mapping[Address, Fields] = field(default_factory=dict)
    protected: frozenset[Address] = frozenset()
    history: tuple[Applied, ...] = ()
    forgotten: int = 0
    begun: Begun | None = None
    images: str = ""
    preview: Preview | None = None
    unread: Mapping[str, Json] = field(default_factory=dict)
    beside: Mapping[str, Json] = field(default_factory=dict)

    @property
    def numbered(self) -> Mapping[int, Applied]:
        """The history by the number that an apply keeps for ever, the newest first."""
        whole = self.history if self.begun is None else (*self.history, self.begun.apply)
        pairs = list(enumerate(whole, start=self.forgotten + 1))
        return dict(reversed(pairs))

    def owns(self, address: Address, id: str) -> bool:
        """Whether the thing with this id is the one that the stack made under `address`."""
        return address in self.ids and self.ids[address] in {None, id}

    def about_to_write(
        self, fields: Mapping[Address, Fields], *, creating: Iterable[Address]
    ) -> "Ledger":
        """The ledger to save before things are created and changed."""
        return replace(
            self,
            ids={**dict.fromkeys(creating), **self.ids},
            ahead={**self.ahead, **fields},
        )

    def with_made(self, made: Mapping[Address, str], applied: Mapping[Address, Fields]) -> "Ledger":
        """The ledger that knows these ids, and what was last applied."""
        return replace(
            self,
            ids={**self.ids, **made},
            applied={**self.applied, **applied},
            ahead={key: each for key, each in self.ahead.items() if key not in applied},
        )

    def without(self, addresses: Iterable[Address]) -> "Ledger":
        """The ledger that has forgotten these addresses."""
        gone = frozenset(addresses)
        return replace(
            self,
            ids={key: id for key, id in self.ids.items() if key not in gone},
            applied={key: each for key, each in self.applied.items() if key not in gone},
            ahead={key: each for key, each in self.ahead.items() if key not in gone},
            protected=self.protected - gone,
        )

    def with_protection(self, wanted: Mapping[Address, bool]) -> "Ledger":
        """The ledger that protects what it shall, and no more what it shall not."""
        on = {address for address, protect in wanted.items() if protect}
        return replace(self, protected=(self.protected - wanted.keys()) | on)

    def beginning(self, begun: Begun) -> "Ledger":
        """The ledger in which this apply is under way; one that never ended goes to the history."""
        before = self if self.begun is None else self.with_apply(self.begun.apply)
        return replace(before, begun=begun)

    def with_apply(self, apply: Applied) -> "Ledger":
        """The ledger with one more apply in its history, the newest last, and none under way."""
        whole = (*self.history, apply)
        kept = whole[-_LONGEST_HISTORY:]
        forgotten = self.forgotten + len(whole) - len(kept)
        return replace(self, history=kept, forgotten=forgotten, begun=None)
