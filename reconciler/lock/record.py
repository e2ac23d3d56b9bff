"""What stands beside a lock: whose it is.  In a variable, which everybody may see.

So there is nothing secret in it.  It stays when the lock is released, and the next
holder writes over it.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from compiler.desired.json import Json
from reconciler.api.client import PrefectClient
from reconciler.api.errors import Conflict, NotFound, Unanswered
from reconciler.lock.holder import Holder

_TRIES = 5  # at a variable whose creation was not answered, or that others make and delete
_TEXTS = ("commit", "boot", "namespace", "started")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A lease on a limit, whose it is, and until when.

    The times are the server's; `until` moves on with every renewal.
    """

    lease: UUID
    limit: UUID
    holder: Holder
    since: datetime
    until: datetime


def variable_name(stack: str) -> str:
    """The name of a stack's variable, its own: there is no underscore in a stack's name."""
    return f"deploy_lock_{stack.replace('-', '_')}"


async def read_record(client: PrefectClient, stack: str) -> Record | None:
    """What stands beside the lock of a stack; None if nothing does that can be read.

    Raises:
        ApiError: the server could not be read.
    """
    variable = await client.variable(variable_name(stack))
    return None if variable is None else _parse(variable.value)


async def write_record(
    client: PrefectClient, stack: str, record: Record, *, is_first: bool
) -> None:
    """Write it over what is there; `is_first` says that there is probably nothing.

    Raises:
        ApiError: the server did not take it.
    """
    name, value = variable_name(stack), _dump(record)
    if not is_first and await _written_over(client, name, value):
        return
    for _ in range(_TRIES):
        with suppress(Conflict, Unanswered):
            await client.create_variable(name, {"value": value})
            return
        if await _written_over(client, name, value):
            return
    await client.create_variable(name, {"value": value})


async def _written_over(client: PrefectClient, name: str, value: Mapping[str, Json]) -> bool:
    """Write over what is there; False if nothing is."""
    try:
        await client.update_variable(name, {"value": value})
    except NotFound:
        return False
    return True


def _dump(record: Record) -> dict[str, Json]:
    return {
        "lease": str(record.lease),
        "limit": str(record.limit),
        "holder": asdict(record.holder),
        "since": record.since.isoformat(),
        "until": record.until.isoformat(),
    }


def _parse(value: Json) -> Record | None:
    """The record in a variable; None if somebody has written something else."""
    if not isinstance(value, Mapping):
        return None
    try:
        return Record(
            lease=UUID(str(value["lease"])),
            limit=UUID(str(value["limit"])),
            holder=_holder(value["holder"]),
            since=datetime.fromisoformat(str(value["since"])),
            until=datetime.fromisoformat(str(value["until"])),
        )
    except (KeyError, TypeError, ValueError):
        return None


def _holder(value: Json) -> Holder:
    """What a later version may have added is left out."""
    if not isinstance(value, Mapping):
        raise TypeError
    texts = {name: str(value[name]) if value.get(name) is not None else None for name in _TEXTS}
    return Holder(
        who=str(value["who"]), host=str(value["host"]), pid=int(str(value["pid"])), **texts
    )
