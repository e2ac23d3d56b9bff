"""One action, one short series of calls, by `match` over the closed union."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from typing import Protocol, assert_never

from compiler.desired.address import Address, Kind
from compiler.plan.action import Action, Adopt, Create, Delete, Protect, Update
from compiler.plan.build import Plan
from reconciler.api.client import PrefectClient
from reconciler.api.errors import ApiError, Withheld
from reconciler.apply.deployments import Deployments
from reconciler.apply.events import Listener
from reconciler.apply.fresh import Fresh, Moved
from reconciler.apply.pools import Pools, Queues
from reconciler.apply.walker import Done, Failed, Halt, Outcome, Slot, walk
from reconciler.things.every import THINGS
from reconciler.things.thing import Things

Ended = dict[Address, Outcome[Address]]


class Writer(Protocol):
    """How things of one kind are written."""

    async def create(self, action: Create) -> str:
        """Make it; return its id."""

    async def update(self, action: Update) -> None:
        """Change it."""

    async def delete(self, action: Delete) -> None:
        """Delete it."""


class Executor:
    """Carries out a plan against one server."""

    def __init__(self, client: PrefectClient, plan: Plan, listener: Listener) -> None:
        self._client = client
        self._plan = plan
        self._listener = listener
        self._fresh = Fresh(client, plan)
        self._deployments = Deployments(client, plan)
        self._pools = Pools(client, plan)
        self._queues = Queues(client, plan)
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def apply(
        self, *, slot: Slot, halt: Halt, fail_fast: bool = False
    ) -> Mapping[Address, Outcome[Address]]:
        """Carry out every action, as many at a time as there are slots; each has an outcome.

        With `fail_fast` nothing is begun after a failure.
        """
        actions = {action.address: action for action in self._plan.actions}

        async def visit(address: Address) -> Done | Failed:
            action = actions[address]
            self._listener.started(action)
            outcome = await self._attempt(action)
            self._listener.ended(action, outcome)
            match outcome:
                case Failed(Withheld()):
                    halt.call("the lock was lost")
                case Failed() if fail_fast:
                    halt.call(f"{address} failed")
                case _:
                    pass
            return outcome

        outcomes = await walk(self._plan.after, visit, slot=slot, halt=halt)
        return {
            **outcomes,
            **await self._settle_priorities(outcomes),
            **await self._sweep(outcomes),
        }

    async def _settle_priorities(self, outcomes: Ended) -> Ended:
        """Give queues the priority that writes to other queues have moved on."""
        touched = {
            action.address.path[0]: action.address
            for action in self._plan.actions
            if action.address.kind is Kind.WORK_QUEUE
            and isinstance(action, Create | Update)
            and isinstance(outcomes[action.address], Done)
        }
        failures: Ended = {}
        for pool, address in sorted(touched.items()):
            try:
                await self._queues.settle_priorities(pool)
            except ApiError as error:
                failures[address] = Failed(error)
        return failures

    async def _sweep(self, outcomes: Ended) -> Ended:
        """Delete what deployments that are gone have left behind."""
        gone = [
            action
            for action in self._plan.actions
            if isinstance(action, Delete)
            and action.address.kind is Kind.DEPLOYMENT
            and isinstance(outcomes[action.address], Done)
        ]
        try:
            await self._deployments.sweep([action.observed.id for action in gone])
        except ApiError as error:
            return {action.address: Failed(error) for action in gone}
        return {}

    async def _attempt(self, action: Action) -> Done | Failed:
        try:
            return await self._carry_out(action)
        except (ApiError, Moved) as error:
            return Failed(error)

    async def _carry_out(self, action: Action) -> Done:
        match action:
            case Create() | Update() | Delete():
                await self._fresh.check(action)
                return await self._write(action)
            case Adopt() | Protect():
                return Done(action.observed.id)
            case _:
                assert_never(action)

    async def _write(self, action: Create | Update | Delete) -> Done:
        if action.address.kind is not Kind.WORK_QUEUE:
            return await _written(self._writer(action.address.kind), action)
        async with self._turns[action.address.path[0]]:  # priorities depend on the order
            return await _written(self._queues, action)

    def _writer(self, kind: Kind) -> Writer:
        match kind:
            case Kind.DEPLOYMENT:
                return self._deployments
            case Kind.WORK_POOL:
                return self._pools
            case Kind.WORK_QUEUE:
                return self._queues
            case _:
                return _Alone(self._client, THINGS[kind])


class _Alone:
    """Writes things that stand alone under a name."""

    def __init__(self, client: PrefectClient, things: Things) -> None:
        self._client = client
        self._things = things

    async def create(self, action: Create) -> str:
        return await self._things.create(self._client, action)

    async def update(self, action: Update) -> None:
        await self._things.update(self._client, action)

    async def delete(self, action: Delete) -> None:
        await self._things.delete(self._client, action)


async def _written(writer: Writer, action: Create | Update | Delete) -> Done:
    match action:
        case Create():
            return Done(await writer.create(action))
        case Update():
            await writer.update(action)
            return Done(action.observed.id)
        case Delete():
            await writer.delete(action)
            return Done()
        case _:
            assert_never(action)
