"""Take a lock, or find out who holds it, and whether anybody does."""

import asyncio
import logging
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import timedelta
from random import SystemRandom
from uuid import UUID

from compiler.desired.json import Json
from reconciler.api.client import PrefectClient
from reconciler.api.errors import (
    ApiError,
    Conflict,
    Invalid,
    Locked,
    NotFound,
    NotOffered,
    Unanswered,
)
from reconciler.api.wire import LeaseOut
from reconciler.lock.holder import Holder
from reconciler.lock.record import Record, read_record, write_record
from reconciler.lock.standing import Standing, excludes, limit_name

LOG = logging.getLogger(__name__)

LEASE = 60.0  # seconds; a server gives none for less
_ABANDONED_AFTER = 2 * LEASE  # seconds of being refused beside a record that nobody renews
_HEIRLESS_AFTER = 5.0  # the same where the holder has died: an heir has written by then
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 2.0
_TRIES = 5  # at a limit that others make, mend and free at the same moment
_EXCLUSIVE: Mapping[str, Json] = {"active": True, "limit": 1, "slot_decay_per_second": 0}


def _seconds() -> float:
    """A clock that goes on while the machine sleeps, as the server's leases do."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How time passes, in seconds, and chance, from 0 to 1."""

    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    clock: Callable[[], float] = _seconds
    chance: Callable[[], float] = SystemRandom().random


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The lock cannot be had now; after a `lost_answer` it may be this very run that has it."""

    stack: str
    standing: Standing
    lost_answer: bool = False


class StackIsLocked(Exception):
    """Somebody else holds the lock of the stack, and did so for as long as was waited."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"the stack {refusal.stack!r} is locked")
        self.refusal = refusal


class LeasesUnknown(Exception):
    """The server has no leases: it is older than 3.4.9."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A lease that keeps others out, `until` then by this process's clock.

    `waited`: somebody else held it before, or was thought to.
    """

    record: Record
    until: float
    waited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unmoved:
    """Since when one record has stood beside one limit while the lock was refused."""

    record: Record | None
    limit: UUID | None
    since: float


class Taking:
    """One try after the other at the lock of one stack."""

    def __init__(self, client: PrefectClient, stack: str, holder: Holder, timing: Timing) -> None:
        self._client = client
        self._stack = stack
        self._holder = holder
        self._timing = timing
        self._is_first = False
        self._was_refused = False
        self._lost_answer = False
        self._released: set[UUID] = set()
        self._unmoved: _Unmoved | None = None

    async def take(self, patience: float, hear: Callable[[Refusal], None]) -> Taken:
        """The lock; `hear` is told once that it has to be waited for.

        Raises:
            StackIsLocked: after `patience` seconds somebody else still holds it.
            LeasesUnknown: the server has none.
            ApiError: the server could not be asked.
        """
        began, pauses = self._timing.clock(), enumerate(_pauses(self._timing.chance))
        has_told = False
        while (taken := await self._try()) is None:
            refusal = await self._refused()
            if await self._clear_away(refusal.standing.record):
                continue
            left = patience - (self._timing.clock() - began)
            if left <= 0:
                raise StackIsLocked(refusal)
            number, pause = next(pauses)
            if not has_told and (refusal.standing.holder is not None or number > 0):
                hear(refusal)
                has_told = True
            await self._timing.sleep(min(pause, left))
        return taken

    async def _try(self) -> Taken | None:
        for _ in range(_TRIES):
            sent = self._timing.clock()
            try:
                lease = await self._client.acquire_lease(limit_name(self._stack), seconds=LEASE)
            except Invalid:  # a limit of nothing
                await self._mend()
                continue
            except Locked:
                return None
            except Unanswered:
                self._lost_answer = True
                return None
            except (NotFound, NotOffered):
                raise LeasesUnknown from None
            if not lease.limits:
                await self._make()
            elif (record := await self._settle(lease)) is not None:
                return Taken(record=record, until=sent + LEASE, waited=self._was_refused)
        return None

    async def _make(self) -> None:
        self._is_first = True
        with suppress(Conflict, Unanswered):  # made by somebody else, or by us after all
            await self._client.create_concurrency_limit(limit_name(self._stack), {"limit": 1})

    async def _settle(self, lease: LeaseOut) -> Record | None:
        """The record of a lease that keeps others out, once it stands there; else give it back.

        It is looked at after it was written: whoever has freed the lock until then has
        taken this lease for the one before, and nobody does once it stands there.
        """
        (limit,) = lease.limits
        async with AsyncExitStack() as undo:
            undo.push_async_callback(give_back, self._client, lease.lease_id)
            if limit.limit == 1:
                record = self._record(lease.lease_id, limit.id)
                await write_record(self._client, self._stack, record, is_first=self._is_first)
                there = await self._client.concurrency_limit(limit.id)
                if there is not None and there.active_slots > 0 and excludes(there):
                    undo.pop_all()
                    return record
        await self._mend()
        return None

    def _record(self, lease: UUID, limit: UUID) -> Record:
        now = self._client.now()
        return Record(
            lease=lease,
            limit=limit,
            holder=self._holder,
            since=now,
            until=now + timedelta(seconds=LEASE),
        )

    async def _mend(self) -> None:
        """Make a limit that somebody has switched off or widened exclude again."""
        there = await self._client.concurrency_limit(limit_name(self._stack))
        if there is not None and not excludes(there):
            with suppress(NotFound):
                await self._client.update_concurrency_limit(there.id, _EXCLUSIVE)

    async def _refused(self) -> Refusal:
        """Who holds it; that nothing has moved is counted from here."""
        self._was_refused = True
        record = await read_record(self._client, self._stack)
        if self._unmoved is None or record != self._unmoved.record:
            limit = await self._client.concurrency_limit(limit_name(self._stack))
            self._unmoved = _Unmoved(
                record=record,
                limit=limit.id if limit is not None else None,
                since=self._timing.clock(),
            )
        standing = Standing(
            limit=self._unmoved.limit,
            is_taken=True,
            record=record,
            now=self._client.now(),
        )
        return Refusal(stack=self._stack, standing=standing, lost_answer=self._lost_answer)

    async def _clear_away(self, record: Record | None) -> bool:
        """Free the lock from somebody who surely does not hold it any more; whether that was so.

        First the lease that is on record, which harms nobody else.  If the server does not
        know that lease any more, the limit that was there all the time.
        """
        if record is not None and record.lease not in self._released and record.holder.has_died():
            self._released.add(record.lease)
            await give_back(self._client, record.lease)
            return True
        assert self._unmoved is not None
        is_dead = record is not None and record.lease in self._released
        patience = _HEIRLESS_AFTER if is_dead else _ABANDONED_AFTER
        limit = self._unmoved.limit
        if limit is None or self._timing.clock() - self._unmoved.since < patience:
            return False
        LOG.info("the lock of the stack %r is freed: nobody holds it any more", self._stack)
        await self._client.delete_concurrency_limit(limit)
        self._unmoved = None
        return True


async def give_back(client: PrefectClient, lease: UUID) -> None:
    """Release a lease; one that cannot be released runs out by itself."""
    try:
        await client.release_lease(lease)
    except ApiError as error:
        LOG.info("the lock was not released, and runs out: %s", error)


def _pauses(chance: Callable[[], float]) -> Iterator[float]:
    """Pauses in seconds, each between its half and its whole, which doubles."""
    pause = _FIRST_PAUSE
    while True:
        yield pause * (0.5 + chance() / 2)
        pause = min(2 * pause, _LONGEST_PAUSE)
