"""How deployments are made, changed and deleted, in the server's peculiar ways."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from compiler.desired.address import Address
from compiler.diff import schedules
from compiler.plan.action import Create, Delete, Update
from compiler.plan.backlog import staying
from compiler.plan.build import Plan
from compiler.plan.requests import RequestCount
from compiler.state.observed import Observed
from reconciler.api.client import PrefectClient
from reconciler.api.errors import (
    ApiError,
    Conflict,
    NotFound,
    Refused,
    ServerFailure,
    Unanswered,
)
from reconciler.api.once import once
from reconciler.api.paging import parts
from reconciler.apply import bodies, runs
from reconciler.apply.walker import Done, Failed

MANY_DELETED = 10  # together: to read all automations once is then less than to ask for each's
_SWEEPS = 5  # a scheduler at work is done by then


class Deployments:
    """Writes deployments of one plan."""

    def __init__(self, client: PrefectClient, plan: Plan) -> None:
        self._client = client
        self._mark = plan.mark
        known = plan.seen.flows if plan.seen is not None else {}
        self._flows = {name: UUID(id) for name, id in known.items()}
        self._limits: dict[str, str] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def create(self, action: Create) -> str:
        """Make it, and its flow if that does not exist; return its id."""
        if action.replaces is not None and action.replaces.fields.get("paused") is not True:
            return await self._replace(action, action.replaces)
        id = await self._create(action)
        return str(id)

    async def _create(self, action: Create) -> UUID:
        resource = action.resource
        flow_id = await self._flow(resource.address.path[0])
        link = await self._link(bodies.shared_limit({**resource.initial, **resource.fields}))
        body = {**bodies.new_deployment(resource, str(flow_id), self._mark), **link}

        async def make() -> UUID:
            return (await self._client.create_deployment(body)).id

        async def find() -> UUID | None:
            return await self._made(flow_id, resource.address.name)

        id = await once(make, find)
        later = bodies.later_schedules(resource)
        if later:
            await self._add_schedules(id, later)
        return id

    async def _made(self, flow_id: UUID, name: str) -> UUID | None:
        """The deployment that a request whose answer was lost has made; it bears our mark."""
        matching = {
            "flows": {"id": {"any_": [str(flow_id)]}},
            "deployments": {"name": {"any_": [name]}},
        }
        found = await self._client.deployments(matching)
        return next((each.id for each in found if self._mark in each.tags), None)

    async def _replace(self, action: Create, old: Observed) -> str:
        """Make it under its new name, with the old one silent: no time may fire twice."""
        id, since = UUID(old.id), runs.just_before(self._client)
        late = await runs.late_times(self._client, id)
        await self._client.pause_deployment(id)
        try:
            new = await self._create(action)
        except ApiError:
            with suppress(ApiError):
                if not await self._is_there(action):
                    await self._client.update_deployment(id, {"paused": False})
                    await runs.ask_for_late(self._client, id, late, schedules.firing(old.fields))
                    await self._client.schedule_runs(id, since)
            raise
        await self._take_over_runs(action, (id, new), late, since)
        return str(new)

    async def _is_there(self, action: Create) -> bool:
        """Whether the server has made it, whatever it has answered."""
        flow, name = action.address.path
        return flow in self._flows and await self._made(self._flows[flow], name) is not None

    async def _take_over_runs(
        self, action: Create, ids: tuple[UUID, UUID], late: Sequence[datetime], since: datetime
    ) -> None:
        """Ask for what the old one had not begun, with the schedules of the new one."""
        firing = schedules.firing(bodies.made(action.resource))
        if not firing:
            return
        old, new = ids
        begun = await runs.begun_times(self._client, old, min([since, *late]))
        waiting = [each for each in late if each not in begun]
        await runs.ask_for_late(self._client, new, waiting, firing)
        await runs.ask_in_place_of(self._client, new, begun, since=since)

    async def _add_schedules(self, id: UUID, added: Sequence[bodies.Body]) -> None:
        """Asks again after a lost answer: a slug that is taken then was taken by us."""
        try:
            await self._client.add_schedules(id, added)
        except Unanswered:
            with suppress(Conflict):
                await self._client.add_schedules(id, added)

    async def _flow(self, name: str) -> UUID:
        """Id of the flow, made if the plan has not seen it; each flow is asked for once."""
        async with self._turns[name]:
            if name not in self._flows:
                self._flows[name] = (await self._client.create_flow(name)).id
        return self._flows[name]

    async def _link(self, limit: str | None) -> bodies.Body:
        """What puts a deployment under a limit; each limit is asked for once."""
        if limit is None:
            return {}
        async with self._turns[f"limit {limit}"]:
            if limit not in self._limits:
                found = await self._client.concurrency_limit(limit)
                if found is None:
                    call = f"GET /v2/concurrency_limits/{limit}"
                    raise NotFound(f"there is no concurrency limit {limit!r}", call=call)
                self._limits[limit] = str(found.id)
        return {"global_concurrency_limit_id": self._limits[limit]}

    async def update(self, action: Update) -> None:
        """Change it; the runs that a write drops are asked for again, also after half an update."""
        id, since = UUID(action.observed.id), runs.just_before(self._client)
        try:
            await self._write(id, action)
        except ApiError:
            if bodies.fires(action) and action.observed.fields.get("paused") is not True:
                with suppress(ApiError):
                    await self._client.schedule_runs(id, since)
            raise
        if bodies.fires(action):
            await self._client.schedule_runs(id, since)

    async def _write(self, id: UUID, action: Update) -> None:
        """Schedules that go are the first to; those that come wait for them."""
        steps = bodies.changed_schedules(action.changes)
        await self._remove_schedules(id, action, steps.removed)
        for schedule_id, body in steps.edited:
            await self._client.update_schedule(id, UUID(schedule_id), body)
        if steps.added:
            await self._add_schedules(id, steps.added)
        loose = bodies.letting_go(action)
        if loose is not None:
            await self._client.update_deployment(id, loose)
        body = bodies.changed_deployment(action)
        if body:
            link = await self._link(bodies.newly_shared_limit(action))
            await self._client.update_deployment(id, {**body, **link})

    async def _remove_schedules(self, id: UUID, action: Update, removed: Sequence[str]) -> None:
        """The late runs of the others go with them, and are asked for before anything changes."""
        others = staying(action)
        late = await runs.late_times(self._client, id) if others else ()
        try:
            for schedule_id in removed:
                await self._client.delete_schedule(id, UUID(schedule_id))
        finally:
            await runs.ask_for_late(self._client, id, late, others)

    async def delete(self, action: Delete) -> None:
        """Delete it with its automations."""
        await self._free(action)
        await self._client.delete_deployment(UUID(action.observed.id))

    async def delete_together(self, some: Sequence[Delete]) -> dict[Address, Done | Failed]:
        """Delete many at once; where that cannot be, one by one."""
        ended: dict[Address, Done | Failed] = {}
        ready: dict[Address, UUID] = {}
        try:
            automated = await self._automated([UUID(each.observed.id) for each in some])
        except ApiError as error:
            return {each.address: Failed(error) for each in some}
        for action in some:
            try:
                await self._free(action, is_automated=UUID(action.observed.id) in automated)
            except ApiError as error:
                ended[action.address] = Failed(error)
            else:
                ready[action.address] = UUID(action.observed.id)
        return {**ended, **(await self._delete_all(ready) if ready else {})}

    async def _delete_all(self, ids: Mapping[Address, UUID]) -> dict[Address, Done | Failed]:
        try:
            await self._client.delete_deployments(ids.values())
        except (Refused, ServerFailure):  # because of one of them, or the server is older
            return {address: await self._delete_one(id) for address, id in ids.items()}
        except ApiError as error:
            return dict.fromkeys(ids, Failed(error))
        return dict.fromkeys(ids, Done())

    async def _delete_one(self, id: UUID) -> Done | Failed:
        try:
            await self._client.delete_deployment(id)
        except ApiError as error:
            return Failed(error)
        return Done()

    async def _automated(self, ids: Sequence[UUID]) -> Collection[UUID]:
        """Deployments that may own an automation: a few are asked for what is theirs anyway."""
        if len(ids) < MANY_DELETED:
            return ids
        there = await self._client.all_automations()
        said = json.dumps([each.model_dump(mode="json") for each in there])
        return [id for id in ids if str(id) in said]

    async def _free(self, action: Delete, *, is_automated: bool = True) -> None:
        """Let go of a limit that others share, which deleting would take along; end what is its."""
        id = UUID(action.observed.id)
        if bodies.shared_limit(action.observed.fields) is not None:
            await self._client.update_deployment(id, {"global_concurrency_limit_id": None})
        if is_automated:
            await self._client.delete_automations_of(id)

    async def sweep(self, deleted: Sequence[str]) -> None:
        """Delete the runs that deployments have left behind that no worker can start any more.

        A scheduler that had begun before they went adds runs after that: where it was at work,
        it is looked for more, but not for ever.
        """
        for some in parts(deleted):
            for _ in range(_SWEEPS):
                if not await self._sweep(some):
                    break

    async def _sweep(self, deleted: Sequence[str]) -> bool:
        """Whether there was something."""
        left = await self._client.moving_flow_runs(
            {
                "flow_runs": {
                    "deployment_id": {"any_": list(deleted)},
                    "state": {"type": {"any_": ["SCHEDULED"]}},
                }
            }
        )
        for run in left:
            await self._client.delete_flow_run(run.id)
        return bool(left)


def requests_for_automations(together: int) -> RequestCount:
    """What so many that are deleted together ask for; of many, none is taken to own any."""
    if together < MANY_DELETED:
        return RequestCount(writes=together)
    return RequestCount(reads=1)


def requests_for_sweeping(deleted: int) -> int:
    """How many reads `sweep` makes, if nothing is left behind."""
    return len(parts(range(deleted)))
