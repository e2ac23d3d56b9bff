"""Global concurrency limits, and limits on task runs with a tag.

The server has no list of them by name: each is asked for by itself.
"""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from compiler.desired.address import Address, concurrency_limit, tag_limit
from compiler.plan.action import Create, Delete, Update
from compiler.state.observed import Observed
from reconciler.api import wire
from reconciler.api.client import PrefectClient
from reconciler.api.once import once
from reconciler.lock.standing import limit_name
from reconciler.things.thing import Sought, changed, made

_OF_TAG = "tag:"
_NOT_BY_HAND = ("deployment:", _OF_TAG, limit_name(""))


class GlobalLimits:
    """Those that flows and deployments take slots of by name."""

    async def read(self, client: PrefectClient, sought: Sought) -> Mapping[Address, Observed]:
        """GET /v2/concurrency_limits/{name}."""
        found = {each: await client.concurrency_limit(each.name) for each in sorted(sought.ids)}
        return {each: _global(out) for each, out in found.items() if out is not None}

    async def read_all(self, client: PrefectClient) -> Iterable[tuple[Address, Observed]]:
        """POST /v2/concurrency_limits/filter, without those of deployments, tags and locks."""
        return [
            (concurrency_limit(one.name), _global(one))
            for one in await client.concurrency_limits()
            if not one.name.startswith(_NOT_BY_HAND)
        ]

    def requests_for_reading(self, addresses: Collection[Address]) -> int:
        """One each."""
        return len(addresses)

    def reads_for_writing(self, action: Create | Update) -> int:  # noqa: ARG002
        """None."""
        return 0

    async def create(self, client: PrefectClient, action: Create) -> str:
        """POST /v2/concurrency_limits/."""
        name, body = action.address.name, made(action)

        async def make() -> str:
            return str((await client.create_concurrency_limit(name, body)).id)

        async def find() -> str | None:
            found = await client.concurrency_limit(name)
            return None if found is None else str(found.id)

        return await once(make, find)

    async def update(self, client: PrefectClient, action: Update) -> None:
        """PATCH /v2/concurrency_limits/{id}."""
        await client.update_concurrency_limit(UUID(action.observed.id), changed(action))

    async def delete(self, client: PrefectClient, action: Delete) -> None:
        """DELETE /v2/concurrency_limits/{id}."""
        await client.delete_concurrency_limit(UUID(action.observed.id))


class TagLimits:
    """Those on task runs with a tag."""

    async def read(self, client: PrefectClient, sought: Sought) -> Mapping[Address, Observed]:
        """GET /concurrency_limits/tag/{tag}."""
        found = {each: await client.tag_limit(each.name) for each in sorted(sought.ids)}
        return {each: _of_tag(out) for each, out in found.items() if out is not None}

    async def read_all(self, client: PrefectClient) -> Iterable[tuple[Address, Observed]]:
        """By either of the two lists: each server has them in one of the two."""
        found = {tag_limit(one.tag): _of_tag(one) for one in await client.tag_limits()}
        names = [each.name for each in await client.concurrency_limits()]
        tags = (each.removeprefix(_OF_TAG) for each in names if each.startswith(_OF_TAG))
        unread = {tag_limit(tag) for tag in tags} - found.keys()
        return {**found, **await self.read(client, Sought(ids=dict.fromkeys(unread)))}.items()

    def requests_for_reading(self, addresses: Collection[Address]) -> int:
        """One each."""
        return len(addresses)

    def reads_for_writing(self, action: Create | Update) -> int:  # noqa: ARG002
        """None."""
        return 0

    async def create(self, client: PrefectClient, action: Create) -> str:
        """POST /concurrency_limits/, which may be repeated."""
        return str((await _set(client, action.address, made(action))).id)

    async def update(self, client: PrefectClient, action: Update) -> None:
        """POST /concurrency_limits/: there is no other way, and the limit keeps its id."""
        await _set(client, action.address, changed(action))

    async def delete(self, client: PrefectClient, action: Delete) -> None:
        """DELETE /concurrency_limits/tag/{tag}."""
        await client.delete_tag_limit(action.address.name)


async def _set(
    client: PrefectClient, address: Address, fields: Mapping[str, object]
) -> wire.TagLimitOut:
    limit = fields["limit"]
    assert isinstance(limit, int)
    return await client.set_tag_limit(address.name, limit)


def _global(out: wire.ConcurrencyLimitOut) -> Observed:
    fields = {
        "limit": out.limit,
        "slot_decay_per_second": out.slot_decay_per_second,
        "active": out.active,
    }
    return Observed(id=str(out.id), fields=fields)


def _of_tag(out: wire.TagLimitOut) -> Observed:
    return Observed(id=str(out.id), fields={"limit": out.concurrency_limit})
