"""Hold a lock, renew it, and stop what is written once it is lost."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeAlias

from reconciler.api.client import PrefectClient
from reconciler.api.errors import ApiError, Gone, Withheld
from reconciler.lock.holder import Holder
from reconciler.lock.record import read_record, write_record
from reconciler.lock.standing import excludes
from reconciler.lock.take import LEASE, LeasesUnknown, Refusal, Taken, Taking, Timing, give_back

LOG = logging.getLogger(__name__)

_RENEWED_EVERY = LEASE / 3
_LONGEST_RENEWAL = 5.0  # seconds; after that the server is as good as gone
_REAL = Timing()


@dataclass(frozen=True, slots=True)
class NoLeases:
    """The server is too old for locks: nothing keeps two applies of the stack apart."""

    stack: str


Notice: TypeAlias = Refusal | NoLeases


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A lock that is held, or could be: `client` writes nothing more once it is lost.

    `waited`: somebody else held it before, so that what was planned may be old.
    """

    client: PrefectClient
    waited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """For whom a lock is taken, for how many seconds it is waited for, and who hears of that."""

    holder: Holder
    patience: float
    hear: Callable[[Notice], None]
    timing: Timing = _REAL


@asynccontextmanager
async def hold(client: PrefectClient, stacks: Collection[str], terms: Terms) -> AsyncIterator[Held]:
    """Hold the locks of these stacks, taken in the order of their names: nobody waits in a ring.

    A server that is too old for locks is told of, and the work goes on without.

    Raises:
        StackIsLocked: somebody else went on holding one.
        ApiError: the server could not be asked.
    """
    async with AsyncExitStack() as locks:
        writing, waited = client, False
        for stack in sorted(stacks):
            keeper = await locks.enter_async_context(_hold(client, stack, terms))
            if keeper is not None:
                writing, waited = writing.permitted_by(keeper.permit), waited or keeper.waited
        yield Held(client=writing, waited=waited)


@asynccontextmanager
async def _hold(client: PrefectClient, stack: str, terms: Terms) -> AsyncIterator["_Keeper | None"]:
    try:
        taken = await Taking(client, stack, terms.holder, terms.timing).take(
            terms.patience, terms.hear
        )
    except LeasesUnknown:
        terms.hear(NoLeases(stack))
        yield None
        return
    keeper = _Keeper(client, stack, taken, terms.timing)
    try:
        async with _kept(keeper):
            yield keeper
    finally:
        await give_back(client, taken.record.lease)


@asynccontextmanager
async def _kept(keeper: "_Keeper") -> AsyncIterator[None]:
    """Have it renewed for as long as the context lasts."""
    try:
        async with asyncio.TaskGroup() as tasks:
            keeping = tasks.create_task(keeper.keep())
            try:
                yield
            finally:
                await keeper.finish()
                keeping.cancel()
    except BaseExceptionGroup as group:  # of one: what the context itself ended with
        error = group.exceptions[0]
        raise error from error.__cause__


class _Keeper:
    """Renews a lease, and knows whether it is still held."""

    def __init__(self, client: PrefectClient, stack: str, taken: Taken, timing: Timing) -> None:
        self._client = client
        self._stack = stack
        self.waited = taken.waited
        self._record = taken.record
        self._until = taken.until
        self._timing = timing
        self._loss: str | None = None
        self._renewing = asyncio.Lock()

    def permit(self, call: str) -> None:
        """Let a call pass while the lock is held.

        Raises:
            Withheld: it is not, any more.
        """
        if self._loss is None and self._timing.clock() >= self._until:
            self._loss = "it could not be renewed in time"
        if self._loss is not None:
            raise Withheld(
                f"the lock of the stack {self._stack!r} was lost: {self._loss}", call=call
            )

    async def keep(self) -> None:
        """Renew it again and again, until it is lost."""
        while self._loss is None:
            await self._timing.sleep(_RENEWED_EVERY)
            async with self._renewing:
                await self._renew()

    async def finish(self) -> None:
        """Wait for a renewal that is under way, for a while.

        One that was cut off could be carried out after the lock is given back, and write
        over the record of the next holder.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST_RENEWAL), self._renewing:
                return

    async def _renew(self) -> None:
        """What goes wrong for a moment is tried again next time, while there is one."""
        sent = self._timing.clock()
        try:
            await self._client.renew_lease(self._record.lease, seconds=LEASE)
            taken_away = await self._taken_away()
            self._loss = self._loss or taken_away  # one that was lost meanwhile stays lost
            if self._loss is None:
                await self._write()
        except Gone:
            self._loss = "the server does not know its lease any more"
        except ApiError as error:
            LOG.info("the lock of the stack %r was not renewed: %s", self._stack, error)
        else:
            self._until = sent + LEASE

    async def _taken_away(self) -> str | None:
        """How the lease has lost its slot, which the server does not tell at a renewal."""
        limit = await self._client.concurrency_limit(self._record.limit)
        if limit is None or limit.active_slots == 0 or not excludes(limit):
            return "somebody has freed it"
        record = await read_record(self._client, self._stack)
        if record is not None and record.lease != self._record.lease:
            return f"{record.holder.who} has taken it"
        return None

    async def _write(self) -> None:
        now = self._client.now()
        self._record = replace(self._record, until=now + timedelta(seconds=LEASE))
        await write_record(self._client, self._stack, self._record, is_first=False)
