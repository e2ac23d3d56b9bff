"""Which stacks are kept, and how: a controller's file as values, with everything filled in."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from compiler.diagnostics import Span
from reconciler.gitops.refs import Head, Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Opens when `cron` says so, for so many seconds; one that `denies` is shut meanwhile."""

    cron: str
    seconds: int
    timezone: str = "UTC"
    denies: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """What a file in a repository is, and how the server is kept equal to it.

    `path` is relative to the repository's root.  `interval` and `drift_interval` are in
    seconds: between looks at Git, and at the whole of the server.  `prunes` None leaves it to
    the file.  `at` is where it stands in the controller's file.
    """

    name: str
    repository: str
    ref: Ref = field(default_factory=Head)
    path: str = "."
    environment: str | None = None
    variables: tuple[str, ...] = ()
    interval: float = 60.0
    drift_interval: float = 300.0
    prunes: bool | None = None
    self_heals: bool = False
    suspended: bool = False
    windows: tuple[Window, ...] = ()
    at: Span = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """All stacks in written order, and where the controller is spoken to.

    `secret` is what webhooks are signed with, None where none is listened to; `token` is what
    people sign in with, None where the page only shows; `taken` are the
    environment variables that the file took, which no stack's file gets to see.
    """

    stacks: tuple[Stack, ...]
    host: str
    port: int
    secret: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    taken: frozenset[str] = frozenset()

    @property
    def by_name(self) -> Mapping[str, Stack]:
        """The stacks by their names."""
        return {each.name: each for each in self.stacks}

    @property
    def by_repository(self) -> Mapping[str, tuple[Stack, ...]]:
        """The stacks of each repository."""
        found: dict[str, tuple[Stack, ...]] = {}
        for each in self.stacks:
            found[each.repository] = (*found.get(each.repository, ()), each)
        return found
