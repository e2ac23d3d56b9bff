"""One action, one short series of calls, by `match` over the closed union."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import assert_never
from uuid import UUID

from compiler.desired.address import Address, Kind
from compiler.plan.action import Action, Adopt, Create, Delete, Protect, Update
from compiler.plan.build import Plan
from compiler.plan.claim import is_default_queue
from compiler.state.observed import Observed
from reconciler.api.client import PrefectClient
from reconciler.api.errors import ApiError, Conflict, Unanswered
from reconciler.apply import bodies
from reconciler.apply.events import Listener
from reconciler.apply.walker import Done, Failed, Outcome, walk

_CLOCK_STEP = timedelta(seconds=1)  # the `Date` header's resolution


class Executor:
    """Carries out a plan against one server."""

    def __init__(self, client: PrefectClient, plan: Plan, listener: Listener) -> None:
        self._client = client
        self._plan = plan
        self._listener = listener
        self._flows: dict[str, UUID] = {}

    async def apply(self, *, limit: int) -> Mapping[Address, Outcome[Address]]:
        """Carry out every action, at most `limit` at a time; each has an outcome."""
        actions = {action.address: action for action in self._plan.actions}

        async def visit(address: Address) -> Done | Failed:
            action = actions[address]
            self._listener.started(action)
            outcome = await self._attempt(action)
            self._listener.ended(action, outcome)
            return outcome

        outcomes = await walk(self._plan.after, visit, limit=limit)
        return {**outcomes, **await self._settle_priorities(outcomes)}

    async def _settle_priorities(
        self, outcomes: Mapping[Address, Outcome[Address]]
    ) -> dict[Address, Failed]:
        """Give queues the priority that writes to other queues have moved on."""
        touched = {
            action.address.path[0]: action.address
            for action in self._plan.actions
            if action.address.kind is Kind.WORK_QUEUE
            and isinstance(action, (Create, Update))
            and isinstance(outcomes[action.address], Done)
        }
        failures: dict[Address, Failed] = {}
        for pool, address in sorted(touched.items()):
            try:
                await self._settle_pool(pool)
            except ApiError as error:
                failures[address] = Failed(error)
        return failures

    async def _settle_pool(self, pool: str) -> None:
        wanted = wanted_priorities(self._plan, pool)
        if not wanted:
            return
        there = {queue.name: queue.priority for queue in await self._client.work_queues(pool)}
        for name, priority in bodies.priority_writes(there, wanted):
            await self._client.update_work_queue(pool, name, {"priority": priority})

    async def _attempt(self, action: Action) -> Done | Failed:
        try:
            return await self._carry_out(action)
        except ApiError as error:
            return Failed(error)

    async def _carry_out(self, action: Action) -> Done:
        match action:
            case Create():
                return Done(await self._create(action))
            case Update():
                await self._update(action)
                return Done(action.observed.id)
            case Adopt() | Protect():
                return Done(action.observed.id)
            case Delete():
                await self._delete(action)
                return Done()
            case _:
                assert_never(action)

    async def _create(self, action: Create) -> str:
        match action.address.kind:
            case Kind.DEPLOYMENT if action.replaces is not None:
                return await self._replace_deployment(action, action.replaces)
            case Kind.DEPLOYMENT:
                return await self._create_deployment(action)
            case Kind.WORK_POOL:
                return await self._create_pool(action)
            case Kind.WORK_QUEUE:
                return await self._create_queue(action)
            case kind:
                assert_never(kind)

    async def _create_deployment(self, action: Create) -> str:
        resource = action.resource
        flow_id = await self._flow(resource.address.path[0])
        body = bodies.new_deployment(resource, str(flow_id), self._plan.mark)
        made = await self._client.create_deployment(body)
        later = bodies.later_schedules(resource)
        if later:
            await self._add_schedules(made.id, later)
        return str(made.id)

    async def _replace_deployment(self, action: Create, old: Observed) -> str:
        """Make it under its new name, with the old one silent: no time may fire twice."""
        id = UUID(old.id)
        before = self._now()
        was_paused = old.fields.get("paused") is True
        if not was_paused:
            await self._client.update_deployment(id, {"paused": True})
        try:
            return await self._create_deployment(action)
        except ApiError:
            if not was_paused:
                with suppress(ApiError):
                    await self._client.update_deployment(id, {"paused": False})
                    await self._client.schedule_runs(id, before)
            raise

    async def _add_schedules(self, id: UUID, added: Sequence[bodies.Body]) -> None:
        """Asks again after a lost answer: a slug that is taken then was taken by us."""
        try:
            await self._client.add_schedules(id, added)
        except Unanswered:
            with suppress(Conflict):
                await self._client.add_schedules(id, added)

    async def _flow(self, name: str) -> UUID:
        """Id of the flow, made if it does not exist; each flow is asked for once."""
        if name not in self._flows:
            self._flows[name] = (await self._client.create_flow(name)).id
        return self._flows[name]

    async def _create_pool(self, action: Create) -> str:
        """A name that is taken after a lost answer is taken by us."""
        body = bodies.new_pool(action.resource, self._plan.templates)
        try:
            return str((await self._client.create_work_pool(body)).id)
        except Unanswered:
            found = await self._client.work_pools([action.address.name])
            if not found:
                raise
            return str(found[0].id)

    async def _create_queue(self, action: Create) -> str:
        pool, name = action.address.path
        if is_default_queue(action.address):
            await self._client.update_work_queue(pool, name, action.resource.fields)
            return await self._queue_id(action.address)
        try:
            body = {"name": name, **action.resource.fields}
            return str((await self._client.create_work_queue(pool, body)).id)
        except (Unanswered, Conflict):
            return await self._queue_id(action.address)

    async def _queue_id(self, address: Address) -> str:
        pool, name = address.path
        queues = await self._client.work_queues(pool)
        return next(str(queue.id) for queue in queues if queue.name == name)

    async def _update(self, action: Update) -> None:
        match action.address.kind:
            case Kind.DEPLOYMENT:
                await self._update_deployment(action)
            case Kind.WORK_POOL:
                body = {change.field: change.after for change in action.changes}
                await self._client.update_work_pool(action.address.name, body)
            case Kind.WORK_QUEUE:
                pool, name = action.address.path
                body = {change.field: change.after for change in action.changes}
                await self._client.update_work_queue(pool, name, body)
            case kind:
                assert_never(kind)

    async def _update_deployment(self, action: Update) -> None:
        """The runs that a write drops are asked for again at the end, also of half an update."""
        id = UUID(action.observed.id)
        before = await self._first_due(id, action)
        try:
            await self._write_deployment(id, action)
        except ApiError:
            if bodies.fires(action) and action.observed.fields.get("paused") is not True:
                with suppress(ApiError):
                    await self._client.schedule_runs(id, before)
            raise
        if bodies.fires(action):
            await self._client.schedule_runs(id, before)

    async def _write_deployment(self, id: UUID, action: Update) -> None:
        """Schedules that go are the first to; those that come wait for them."""
        steps = bodies.changed_schedules(action.changes)
        for schedule_id in steps.removed:
            await self._client.delete_schedule(id, UUID(schedule_id))
        for schedule_id, body in steps.edited:
            await self._client.update_schedule(id, UUID(schedule_id), body)
        if steps.added:
            await self._add_schedules(id, steps.added)
        if bodies.lets_go_of_limit(action):
            await self._client.update_deployment(id, {"global_concurrency_limit_id": None})
        body = bodies.changed_deployment(action)
        if body:
            await self._client.update_deployment(id, body)

    async def _first_due(self, id: UUID, action: Update) -> datetime:
        """From when on runs are asked for again: now, or the oldest that a removal would drop."""
        now = self._now()
        if not bodies.changed_schedules(action.changes).removed:
            return now
        late = await self._client.flow_runs(
            {
                "deployments": {"id": {"any_": [str(id)]}},
                "flow_runs": {
                    "state": {"type": {"any_": ["SCHEDULED"]}},
                    "expected_start_time": {"before_": now.isoformat()},
                },
            }
        )
        due = [run.expected_start_time for run in late if run.auto_scheduled]
        return min([now, *(time for time in due if time is not None)])

    def _now(self) -> datetime:
        """The server's time, a second back: a run due from then on is not lost."""
        return (self._client.clock() or datetime.now(UTC)) - _CLOCK_STEP

    async def _delete(self, action: Delete) -> None:
        match action.address.kind:
            case Kind.DEPLOYMENT:
                await self._delete_deployment(action)
            case Kind.WORK_POOL:
                await self._client.delete_work_pool(action.address.name)
            case Kind.WORK_QUEUE:
                await self._client.delete_work_queue(*action.address.path)
            case kind:
                assert_never(kind)

    async def _delete_deployment(self, action: Delete) -> None:
        """A limit that others share is let go of first: deleting would take it along."""
        id = UUID(action.observed.id)
        if bodies.shares_limit(action.observed):
            await self._client.update_deployment(id, {"global_concurrency_limit_id": None})
        await self._client.delete_automations_of(id)
        await self._client.delete_deployment(id)


def wanted_priorities(plan: Plan, pool: str) -> dict[str, int]:
    """The priorities that queues of a pool shall have in the end, also those not selected."""
    return {
        resource.address.name: int(str(resource.fields["priority"]))
        for resource in (*plan.wanted, *(one.resource for one in plan.left_out.kept))
        if resource.address.kind is Kind.WORK_QUEUE
        and resource.address.path[0] == pool
        and "priority" in resource.fields
    }
