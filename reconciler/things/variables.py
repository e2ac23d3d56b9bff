"""Prefect variables."""

from collections.abc import Collection, Iterable, Mapping

from compiler.desired.address import Address, variable
from compiler.plan.action import Create, Delete, Update
from compiler.state.observed import Observed
from reconciler.api import wire
from reconciler.api.client import PrefectClient
from reconciler.api.once import once
from reconciler.api.paging import parts
from reconciler.lock.record import variable_name
from reconciler.things.thing import Sought, changed, made

_RECORDS = variable_name("")
_TOGETHER = 100  # names a request: fewer than a page, so that one answer holds them


class Variables:
    """Read by their names, many at once."""

    async def read(self, client: PrefectClient, sought: Sought) -> Mapping[Address, Observed]:
        """POST /variables/filter."""
        found: dict[Address, Observed] = {}
        for names in parts(sorted(address.name for address in sought.ids), _TOGETHER):
            found |= {variable(one.name): _observed(one) for one in await client.variables(names)}
        return found

    async def read_all(self, client: PrefectClient) -> Iterable[tuple[Address, Observed]]:
        """POST /variables/filter, without the records of locks."""
        return [
            (variable(one.name), _observed(one))
            for one in await client.variables()
            if not one.name.startswith(_RECORDS)
        ]

    def requests_for_reading(self, addresses: Collection[Address]) -> int:
        """One for each hundred."""
        return -(-len(addresses) // _TOGETHER)

    def reads_for_writing(self, action: Create | Update) -> int:  # noqa: ARG002
        """None."""
        return 0

    async def create(self, client: PrefectClient, action: Create) -> str:
        """POST /variables/."""
        name, body = action.address.name, made(action)

        async def make() -> str:
            return str((await client.create_variable(name, body)).id)

        async def find() -> str | None:
            found = await client.variable(name)
            return None if found is None else str(found.id)

        return await once(make, find)

    async def update(self, client: PrefectClient, action: Update) -> None:
        """PATCH /variables/name/{name}."""
        await client.update_variable(action.address.name, changed(action))

    async def delete(self, client: PrefectClient, action: Delete) -> None:
        """DELETE /variables/name/{name}."""
        await client.delete_variable(action.address.name)


def _observed(out: wire.VariableOut) -> Observed:
    return Observed(id=str(out.id), fields={"value": out.value, "tags": out.tags})
