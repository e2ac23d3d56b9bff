"""Which stacks people have suspended, as far as the controller knows; the truth is the server's.

What may be written is never decided by this: each look asks the server itself before it writes.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime

from controller.clients import Clients
from reconciler.suspension import Suspension, resume, suspend, suspended

_FRESH = 5.0  # seconds for which an answer is good enough to be shown


class Suspensions:
    """Asks for all stacks together, and not more often than anybody could tell."""

    def __init__(
        self, stacks: Collection[str], clients: Clients, clock: Callable[[], float]
    ) -> None:
        self._stacks = stacks
        self._clients = clients
        self._clock = clock
        self._asked: float | None = None
        self._of: Mapping[str, Suspension] = {}

    @property
    def known(self) -> Mapping[str, Suspension]:
        """Those that were suspended when the server was last asked."""
        return self._of

    async def look(self) -> frozenset[str]:
        """Ask again if that was a while ago; the stacks of which something else is known now.

        Raises:
            ApiError: the server could not be read; what was known is still known.
        """
        now, before = self._clock(), self._of
        if self._asked is not None and now - self._asked < _FRESH:
            return frozenset()
        self._asked = now
        async with self._clients.use() as client:
            self._of = await suspended(client, self._stacks)
        names = {*before, *self._of}
        return frozenset(each for each in names if before.get(each) != self._of.get(each))

    async def suspend(self, stack: str, who: str) -> None:
        """Stop a stack until it is resumed, whoever starts or ends meanwhile.

        Raises:
            ApiError: the server did not take it.
        """
        by = Suspension(who=who, at=datetime.now(UTC).isoformat(timespec="seconds"))
        async with self._clients.use() as client:
            await suspend(client, stack, by)
        self._of = {**self._of, stack: by}

    async def resume(self, stack: str) -> None:
        """Let a stack go on.

        Raises:
            ApiError: the server did not take it.
        """
        async with self._clients.use() as client:
            await resume(client, stack)
        self._of = {name: each for name, each in self._of.items() if name != stack}
