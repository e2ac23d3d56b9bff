"""How a lock stands, seen from outside; and how it is taken from whoever holds it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from compiler.plan.requests import RequestCount
from reconciler.api.client import PrefectClient
from reconciler.api.wire import ConcurrencyLimitOut
from reconciler.lock.record import Record, read_record, variable_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The limit that the lock is, whether it is taken, what stands beside it; the server's time."""

    limit: UUID | None
    is_taken: bool
    record: Record | None
    now: datetime

    @property
    def holder(self) -> Record | None:
        """The record, if it is the holder's: of this limit, and not run out."""
        record = self.record
        if record is None or record.limit != self.limit or record.until < self.now:
            return None
        return record


def limit_name(stack: str) -> str:
    """The name of the limit that the lock of a stack is; it may hold whatever a stack's may."""
    return f"deploy-lock:{stack}"


def excludes(limit: ConcurrencyLimitOut) -> bool:
    """Whether a lease on it keeps others out: it can be switched off, widened, and made to leak."""
    return limit.active and limit.limit == 1 and limit.slot_decay_per_second == 0


async def look(client: PrefectClient, stack: str) -> Standing:
    """How the lock of a stack stands.  Two requests.

    Raises:
        ApiError: the server could not be read.
    """
    limit = await client.concurrency_limit(limit_name(stack))
    record = await read_record(client, stack)
    return Standing(
        limit=limit.id if limit is not None else None,
        is_taken=limit is not None and limit.active_slots > 0,
        record=record,
        now=client.now(),
    )


async def free(client: PrefectClient, stack: str, seen: Standing) -> bool:
    """Take the lock from whoever it was seen with; False if it stands otherwise by now.

    A holder that goes on after all hears of it when it renews, before its next write.

    Raises:
        ApiError: the server did not do it.
    """
    now = await look(client, stack)
    if now.limit is None or (now.limit, _lease(now)) != (seen.limit, _lease(seen)):
        return False
    await client.delete_concurrency_limit(now.limit)
    if now.record is not None:
        await client.release_lease(now.record.lease)
    return True


async def remove(client: PrefectClient, stack: str) -> None:
    """Delete what the lock of a stack that is no more is made of; one that is held stays.

    Raises:
        ApiError: the server did not do it.
    """
    now = await look(client, stack)
    if now.is_taken or now.limit is None:
        return
    await client.delete_concurrency_limit(now.limit)
    await client.delete_variable(variable_name(stack))


def _lease(standing: Standing) -> UUID | None:
    return standing.record.lease if standing.record is not None else None


async def foresee(client: PrefectClient, stacks: tuple[str, ...]) -> RequestCount:
    """What it takes to hold the locks of these, if nobody else holds them.

    Raises:
        ApiError: the server could not be read.
    """
    count = RequestCount()
    for stack in stacks:
        is_there = await client.concurrency_limit(limit_name(stack)) is not None
        count += requests_for_holding(is_there=is_there)
    return count


def requests_for_holding(*, is_there: bool) -> RequestCount:
    """Take it, write beside it, look at it, give it back; the first time, try and make it before.

    Renewing it, every 20 seconds, is not counted.
    """
    return RequestCount(reads=1, housekeeping=3 if is_there else 5)
