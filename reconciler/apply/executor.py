"""One action, one short series of calls, by `match` over the closed union."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol, assert_never

from compiler.desired.address import Address, Kind
from compiler.desired.naming import reference_to, references
from compiler.plan.action import Action, Adopt, Create, Delete, Protect, Update
from compiler.plan.build import Plan
from compiler.plan.moved import Write
from reconciler.api.client import MOST_DELETED, PrefectClient
from reconciler.api.errors import ApiError, Withheld
from reconciler.api.paging import parts
from reconciler.apply.automations import Ids
from reconciler.apply.deployments import Deployments
from reconciler.apply.events import Listener
from reconciler.apply.fresh import Fresh, Moved
from reconciler.apply.pools import Pools, Queues
from reconciler.apply.walker import (
    Done,
    Failed,
    Halt,
    NotReached,
    Outcome,
    Skipped,
    Slot,
    barred,
    walk,
)
from reconciler.observe.names import look_up
from reconciler.observe.naming import naming_of
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
        self._named = dict(naming_of(plan).named)
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def apply(
        self, *, slot: Slot, halt: Halt, fail_fast: bool = False
    ) -> Mapping[Address, Outcome[Address]]:
        """Carry out every action, as many at a time as there are slots; each has an outcome.

        Deletions come last, one kind after the other, and only after everything else is done.
        With `fail_fast` nothing is begun after a failure.
        """
        course = _Course(slot, halt, self._listener, fail_fast)
        made = {each.address: each for each in self._plan.actions if not isinstance(each, Delete)}
        outcomes: Ended = await self._walk(made, self._plan.after, course)
        for some in _deletions(self._plan):
            outcomes |= await self._delete(some, barred(outcomes), course)
        return {
            **outcomes,
            **await self._settle_priorities(outcomes),
            **await self._sweep(outcomes),
        }

    async def _walk(
        self,
        actions: Mapping[Address, Action],
        after: Mapping[Address, Collection[Address]],
        course: "_Course",
    ) -> Ended:
        async def visit(address: Address) -> Done | Failed:
            action = actions[address]
            self._listener.started(action)
            outcome = await self._attempt(action)
            self._note_id(address, outcome)
            course.ended(action, outcome)
            return outcome

        return await walk(after, visit, slot=course.slot, halt=course.halt)

    async def _delete(
        self,
        some: Sequence[Delete],
        stopped: Skipped[Address] | NotReached | None,
        course: "_Course",
    ) -> Ended:
        """Delete things of one kind, none of which waits for another."""
        if stopped is not None:
            return {each.address: stopped for each in some}
        if some[0].address.kind is not Kind.DEPLOYMENT or len(some) == 1:
            alone = {each.address: each for each in some}
            return await self._walk(alone, dict.fromkeys(alone, ()), course)
        ended: Ended = {}
        for together in parts(some, MOST_DELETED):
            async with course.slot():
                ended |= await self._delete_together(together, course)
        return ended

    async def _delete_together(self, some: Sequence[Delete], course: "_Course") -> Ended:
        if course.halt.is_called:
            return {each.address: NotReached() for each in some}
        outcomes: dict[Address, Done | Failed] = {}
        for action in some:
            self._listener.started(action)
            try:
                await self._fresh.check(action)
            except (ApiError, Moved) as error:
                outcomes[action.address] = Failed(error)
        unmoved = [each for each in some if each.address not in outcomes]
        outcomes |= await self._deployments.delete_together(unmoved)
        for action in some:
            course.ended(action, outcomes[action.address])
        return dict(outcomes)

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

    async def _write(self, action: Write) -> Done:
        if action.address.kind is Kind.AUTOMATION:
            action = await self._with_ids(action)
        if action.address.kind is not Kind.WORK_QUEUE:
            return await _written(self._writer(action.address.kind), action)
        async with self._turns[action.address.path[0]]:  # priorities depend on the order
            return await _written(self._queues, action)

    def _note_id(self, address: Address, outcome: Done | Failed) -> None:
        """What automations name may have been made a moment before."""
        reference = reference_to(address)
        if reference is not None and isinstance(outcome, Done) and outcome.id is not None:
            self._named[reference] = outcome.id

    async def _with_ids(self, action: Write) -> Write:
        """An automation's step with ids for names; what came with a new pool is looked for."""
        if isinstance(action, Delete):
            return action
        wanted = references(action.resource.fields)
        self._named |= await look_up(self._client, wanted, self._named)
        return Ids(self._named, self._plan.mark).within(action)

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


@dataclass(frozen=True, slots=True)
class _Course:
    """How an apply is watched, and what ends it before its end."""

    slot: Slot
    halt: Halt
    listener: Listener
    fail_fast: bool

    def ended(self, action: Action, outcome: Done | Failed) -> None:
        """Say so, and call a halt where it has to be."""
        self.listener.ended(action, outcome)
        match outcome:
            case Failed(Withheld()):
                self.halt.call("the lock was lost")
            case Failed() if self.fail_fast:
                self.halt.call(f"{action.address} failed")
            case _:
                pass


def _deletions(plan: Plan) -> list[list[Delete]]:
    """What is deleted, a kind at a time, in the plan's order."""
    deleted = [each for each in plan.actions if isinstance(each, Delete)]
    return [list(some) for _, some in groupby(deleted, key=lambda each: each.address.kind)]


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
