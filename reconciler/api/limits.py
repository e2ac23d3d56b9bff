"""Limits on concurrency, and the leases of their slots."""

from uuid import UUID

from reconciler.api import wire
from reconciler.api.asker import Asker, Body, quoted
from reconciler.api.errors import NotFound


class LimitsClient(Asker):
    """The endpoints of limits."""

    async def concurrency_limit(self, id: UUID | str) -> wire.ConcurrencyLimitOut | None:
        """GET /v2/concurrency_limits/{id or name}.  None if there is none."""
        call = f"GET /v2/concurrency_limits/{quoted(str(id))}"
        try:
            return await self._ask(wire.ConcurrencyLimitOut, call)
        except NotFound:
            return None

    async def concurrency_limits(self) -> list[wire.ConcurrencyLimitOut]:
        """POST /v2/concurrency_limits/filter, all, also those of deployments and of tags."""
        call = "POST /v2/concurrency_limits/filter"
        return await self._read_list(list[wire.ConcurrencyLimitOut], call, body={})

    async def create_concurrency_limit(self, name: str, body: Body) -> wire.ConcurrencyLimitOut:
        """POST /v2/concurrency_limits/.  A name that is taken is a Conflict."""
        call = "POST /v2/concurrency_limits/"
        return await self._ask(wire.ConcurrencyLimitOut, call, body={"name": name, **body})

    async def update_concurrency_limit(self, id: UUID, body: Body) -> None:
        """PATCH /v2/concurrency_limits/{id}.  Fields not given are left as they are."""
        await self._send(f"PATCH /v2/concurrency_limits/{id}", body=body, repeatable=True)

    async def delete_concurrency_limit(self, id: UUID) -> None:
        """DELETE /v2/concurrency_limits/{id}.  Leases on it stay, and hold nothing any more."""
        await self._delete(f"DELETE /v2/concurrency_limits/{id}")

    async def tag_limit(self, tag: str) -> wire.TagLimitOut | None:
        """GET /concurrency_limits/tag/{tag}.  None if there is none."""
        call = f"GET /concurrency_limits/tag/{quoted(tag)}"
        try:
            return await self._ask(wire.TagLimitOut, call)
        except NotFound:
            return None

    async def tag_limits(self) -> list[wire.TagLimitOut]:
        """POST /concurrency_limits/filter.  Some servers list none: read `concurrency_limits` too.

        Not in parts: a server that lists any lists all.
        """
        call = "POST /concurrency_limits/filter"
        return await self._ask(list[wire.TagLimitOut], call, body={}, repeatable=True)

    async def set_tag_limit(self, tag: str, limit: int) -> wire.TagLimitOut:
        """POST /concurrency_limits/.  Makes it, or changes the one that there is."""
        body: Body = {"tag": tag, "concurrency_limit": limit}
        call = "POST /concurrency_limits/"
        return await self._ask(wire.TagLimitOut, call, body=body, repeatable=True)

    async def delete_tag_limit(self, tag: str) -> None:
        """DELETE /concurrency_limits/tag/{tag}."""
        await self._delete(f"DELETE /concurrency_limits/tag/{quoted(tag)}")

    async def acquire_lease(self, limit: str, *, seconds: float) -> wire.LeaseOut:
        """POST /v2/concurrency_limits/increment-with-lease, one slot of one limit.

        Raises:
            Locked: it is taken.
            NotFound, NotOffered: the server is older than 3.4.9 and has no leases.
        """
        call = "POST /v2/concurrency_limits/increment-with-lease"
        body: Body = {"names": [limit], "slots": 1, "lease_duration": seconds}
        return await self._ask(wire.LeaseOut, call, body=body)

    async def renew_lease(self, id: UUID, *, seconds: float) -> None:
        """POST /v2/concurrency_limits/leases/{id}/renew.

        Raises:
            Gone: it ran out, was released, or the server has been started anew since.
        """
        call = f"POST /v2/concurrency_limits/leases/{id}/renew"
        await self._send(call, body={"lease_duration": seconds}, repeatable=True)

    async def release_lease(self, id: UUID) -> None:
        """POST /v2/concurrency_limits/decrement-with-lease.  Of an unknown lease does nothing.

        Not repeated after a lost answer: two at once could free the slot of the next holder.
        """
        call = "POST /v2/concurrency_limits/decrement-with-lease"
        await self._send(call, body={"lease_id": str(id)})
