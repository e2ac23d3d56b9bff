"""How work pools and their queues are made, changed and deleted."""

from compiler.desired.address import Address, Kind
from compiler.plan.action import Create, Delete, Update
from compiler.plan.build import Plan
from compiler.plan.claim import is_default_queue
from reconciler.api.client import PrefectClient
from reconciler.api.once import once
from reconciler.apply import bodies


class Pools:
    """Writes work pools of one plan."""

    def __init__(self, client: PrefectClient, plan: Plan) -> None:
        self._client = client
        self._plan = plan

    async def create(self, action: Create) -> str:
        """Make it; return its id."""
        body = bodies.new_pool(action.resource, self._plan.templates)

        async def make() -> str:
            return str((await self._client.create_work_pool(body)).id)

        async def find() -> str | None:
            found = await self._client.work_pools([action.address.name])
            return str(found[0].id) if found else None

        return await once(make, find)

    async def update(self, action: Update) -> None:
        """Change it."""
        body = {change.field: change.after for change in action.changes}
        await self._client.update_work_pool(action.address.name, body)

    async def delete(self, action: Delete) -> None:
        """Delete it."""
        await self._client.delete_work_pool(action.address.name)


class Queues:
    """Writes work queues of one plan."""

    def __init__(self, client: PrefectClient, plan: Plan) -> None:
        self._client = client
        self._plan = plan

    async def create(self, action: Create) -> str:
        """Make it, or change the one that came with its pool; return its id."""
        pool, name = action.address.path
        if is_default_queue(action.address):
            await self._client.update_work_queue(pool, name, action.resource.fields)
            id = await self._id(action.address)
            assert id is not None, "it has just been changed"
            return id
        body = {"name": name, **action.resource.fields}

        async def make() -> str:
            return str((await self._client.create_work_queue(pool, body)).id)

        return await once(make, lambda: self._id(action.address))

    async def _id(self, address: Address) -> str | None:
        pool, name = address.path
        queues = await self._client.work_queues(pool)
        return next((str(queue.id) for queue in queues if queue.name == name), None)

    async def update(self, action: Update) -> None:
        """Change it."""
        pool, name = action.address.path
        body = {change.field: change.after for change in action.changes}
        await self._client.update_work_queue(pool, name, body)

    async def delete(self, action: Delete) -> None:
        """Delete it."""
        await self._client.delete_work_queue(*action.address.path)

    async def settle_priorities(self, pool: str) -> None:
        """Give a pool's queues the priority that writes to other queues have moved on."""
        wanted = wanted_priorities(self._plan, pool)
        if not wanted:
            return
        there = {queue.name: queue.priority for queue in await self._client.work_queues(pool)}
        for name, priority in bodies.priority_writes(there, wanted):
            await self._client.update_work_queue(pool, name, {"priority": priority})


def wanted_priorities(plan: Plan, pool: str) -> dict[str, int]:
    """The priorities that queues of a pool shall have in the end, also those not selected."""
    kept = (one.resource for one in plan.left_out.kept)
    return {
        resource.address.name: int(str(resource.fields["priority"]))
        for resource in (*plan.wanted, *kept)
        if resource.address.kind is Kind.WORK_QUEUE
        and resource.address.path[0] == pool
        and "priority" in resource.fields
    }
