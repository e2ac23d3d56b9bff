"""What the page knows and may do: the controller, seen from there."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from controller.loop import Controller
from controller.page.heat import Heat, heat_of
from controller.page.past import Apply, Line, applies, lines
from controller.page.status import Row, Turn, row
from controller.roster import Stack
from controller.sight import Sight, unpack
from reconciler import ledger as ledgers
from reconciler.api.errors import ApiError
from reconciler.ledger import UnreadableLedger

T = TypeVar("T")
_REMEMBERED = 32  # answers of each kind
_AT_ONCE = 2  # questions to the server
_FRESH = 5.0  # seconds


class Unknown(Exception):
    """The server could not be asked; the text may be shown."""


class Shelf(Generic[T]):
    """Answers of late, few of them; each is asked for once, however many want it."""

    def __init__(self, lasts: float, clock: Callable[[], float]) -> None:
        self._lasts = lasts
        self._clock = clock
        self._of: OrderedDict[object, tuple[float, T]] = OrderedDict()
        self._room = asyncio.Semaphore(_AT_ONCE)

    async def get(self, key: object, ask: Callable[[], Awaitable[T]]) -> T:
        """The answer to a question."""
        async with self._room:
            there = self._of.get(key)
            if there is not None and self._clock() - there[0] < self._lasts:
                return there[1]
            answer = await ask()
            self._of[key] = (self._clock(), answer)
            self._of.move_to_end(key)
            while len(self._of) > _REMEMBERED:
                self._of.popitem(last=False)
            return answer


class House:
    """Rows, sights and the past of every stack of a controller; `server` is how that is called."""

    def __init__(self, controller: Controller, server: str) -> None:
        clock = controller.pace.clock
        self.controller = controller
        self.server = server
        hide = controller.mask.text
        self._kept = controller.keeping.roster.by_name
        self._stacks: Mapping[str, Stack] = {
            name: replace(each, repository=hide(each.repository), path=hide(each.path))
            for name, each in self._kept.items()
        }
        self._pasts = Shelf[tuple[Apply, ...]](_FRESH, clock)
        self._plans = Shelf[tuple[Line, ...]](3_600.0, clock)
        self._heats = Shelf[Heat](60.0, clock)

    def has(self, name: str) -> bool:
        """Whether a stack is kept here."""
        return name in self._stacks

    def stack(self, name: str) -> Stack:
        """A stack as the controller's file has it, without what is secret."""
        return self._stacks[name]

    def rows(self) -> dict[str, Row]:
        """The lines of all stacks, in written order."""
        return {name: self.row(name) for name in self._stacks}

    def row(self, name: str) -> Row:
        """The line of a stack."""
        controller, stack = self.controller, self._stacks[name]
        suspended = controller.suspensions.known.get(name)
        return row(stack, controller.keeping.of[name], self._turn(name), suspended)

    def _turn(self, name: str) -> Turn:
        """The next look at a stack: at the server, or at what its ref is."""
        stacks, repositories = self.controller.stacks.queue, self.controller.repositories.queue
        due = [stacks.due_in(name), repositories.due_in(self._kept[name].repository)]
        known = [each for each in due if each is not None]
        now = datetime.fromtimestamp(self.controller.pace.wall(), UTC)
        at = now + timedelta(seconds=min(known)) if known else None
        return Turn(is_running=name in stacks.running, at=at)

    def sight(self, name: str) -> Sight | None:
        """What was last seen of a stack; None if nothing was."""
        settled = self.controller.keeping.of[name].settled
        return unpack(settled.sight) if settled is not None else None

    async def heat(self, name: str, sight: Sight) -> Heat:
        """When its runs of the week begin."""
        now = datetime.now(UTC)

        async def counted() -> Heat:
            return await self.controller.aside(lambda: heat_of(sight.timetable, now))

        return await self._heats.get((name, sight.commit, sight.at), counted)

    async def look(self) -> None:
        """Learn what is suspended; where the server does not say, what was known is shown."""
        try:
            changed = await self.controller.suspensions.look()
        except ApiError:
            return
        for name in changed:
            self.controller.tell(name)

    async def past(self, name: str) -> tuple[Apply, ...]:
        """The applies of a stack.

        Raises:
            Unknown: the server could not say.
        """
        sight, settled = self.sight(name), self.controller.keeping.of[name].settled
        stack = sight.stack if sight is not None else name
        looked = settled.at if settled is not None else None  # after a look it is asked anew

        async def asked() -> tuple[Apply, ...]:
            async with self.controller.clients.use() as client:
                return applies(await ledgers.load(client, stack))

        return await _known(lambda: self._pasts.get((name, looked), asked))

    async def plan(self, name: str, number: int) -> tuple[Line, ...] | None:
        """What an apply has changed, by the plan that was kept of it; None if none was.

        Raises:
            Unknown: the server could not say.
        """
        digest = {each.number: each.digest for each in await self.past(name)}.get(number)
        if not digest:
            return None

        async def asked() -> tuple[Line, ...]:
            async with self.controller.clients.use() as client:
                kept = await client.artifacts(f"deploy-{name}", _REMEMBERED)
            found = (each.data for each in kept if isinstance(each.data, str))
            return next((tuple(lines(each)) for each in found if digest in each), ())

        return await _known(lambda: self._plans.get((name, number, digest), asked)) or None


async def _known(ask: Callable[[], Awaitable[T]]) -> T:
    try:
        return await ask()
    except ApiError as error:
        raise Unknown(f"the server did not say: {error.reason}") from error
    except UnreadableLedger as error:
        raise Unknown(str(error)) from error
