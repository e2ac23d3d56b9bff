"""The loop: what wakes a stack, who looks at it, and what is told of that.

Level-based: whatever wakes a stack only puts its name into the queue.  What there is to do is
seen when it is looked at, from Git and from the server, and never from what woke it.
"""

import asyncio
import logging
import time
import traceback
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from random import SystemRandom

from compiler.plan.mask import Mask
from controller.clients import Clients, Opening
from controller.git import Git, opened
from controller.keeping import Keeping
from controller.log import FIELDS, of_settled
from controller.metrics import Metrics
from controller.queue import Backoff, WorkQueue
from controller.recent import Recent
from controller.roster import Roster, Stack
from controller.settled import AGAIN, Settled, State
from controller.suspending import Suspensions
from controller.told import events
from controller.turns import Turns
from controller.unit import Means, reconcile
from reconciler.api.errors import ApiError
from reconciler.apply.walker import Halt
from reconciler.gitops.checkout import normalised
from reconciler.gitops.refs import Ref, Resolved
from reconciler.gitops.refusal import NotFetched, Why

LOG = logging.getLogger(__name__)
ENDING = "the controller ends"
_CHANCE = SystemRandom().random
_SOON = 0.3  # seconds in which several events about a stack become one look
_SPREAD = 0.2  # of an interval, so that not everything is looked at in one moment
_RECENT_EVERY = 4.0  # seconds
_LOUD = frozenset({State.INVALID, State.REFUSED, State.FAILED})


def _to_nobody(stack: str) -> None:
    """Where nobody wants to hear that something is known anew of a stack."""


async def _nothing() -> None:
    """What runs beside the loop where nothing does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How much is done at a time, and how chance and time are had.

    `real` says how many seconds pass in so many of the clock's: fewer, where a trial hurries.
    """

    looks: int = 4
    repositories: int = 4
    chance: Callable[[], float] = _CHANCE
    clock: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    real: Callable[[float], float] = float
    backoff: Backoff = field(default_factory=Backoff)


class Controller:
    """Keeps the stacks of a roster, until it is told to end."""

    def __init__(
        self, roster: Roster, git: Git, means: Means, opening: Opening, pace: Pace | None = None
    ) -> None:
        self.pace = pace or Pace()
        self.keeping = Keeping(roster)
        self.metrics = Metrics(self.keeping, self.pace.wall)
        self.stacks = self._turns()
        self.repositories = self._turns()
        self.metrics.watch("stacks", self.stacks.queue.ready)
        self.metrics.watch("repositories", self.repositories.queue.ready)
        self._roster = roster
        self._stack = roster.by_name
        self._of_repository = roster.by_repository
        self._git = git
        self._means = means
        self.clients = Clients(opening, self.pace.clock)
        self.suspensions = Suspensions(self._stack, self.clients, self.pace.clock)
        self.tell: Callable[[str], None] = _to_nobody
        self._by_hand: set[str] = set()
        self.aside = means.aside
        self.mask = Mask(means.secrets)
        self._halt = Halt()
        self._hears_events = False

    def _turns(self) -> Turns[str]:
        pace = self.pace
        queue = WorkQueue[str](clock=pace.clock, chance=pace.chance, backoff=pace.backoff)
        return Turns(queue, pace.real)

    # What wakes a stack.

    def wake_repositories(self, addresses: frozenset[str]) -> int:
        """Look at those of the repositories that are known here; how many those are."""
        known = [url for url in self._of_repository if normalised(url) in addresses]
        for url in known:
            self.repositories.put(url)
        return len(known)

    def heard(self, id: str) -> None:
        """Something has happened to a thing on the server."""
        stacks = self.keeping.owners([id])
        self.metrics.heard(len(stacks))
        for name in stacks:
            self.stacks.put(name, _SOON)

    def begins_to_hear(self) -> None:
        """The server's events are heard from now on."""
        LOG.info("the server's events are heard")
        self._hears_events = True
        self.metrics.connected(is_so=True)

    def hears_no_more(self) -> None:
        """They are not, any more, or not yet."""
        self._hears_events = False
        self.metrics.connected(is_so=False)

    def ask(self, name: str) -> None:
        """Look at a stack at once, because a person wants it.

        What moved on the server is put back this once, and what it refused is asked for again.
        """
        stack, standing = self._stack[name], self.keeping.of[name]
        if standing.settled is not None:
            standing.settled = replace(standing.settled, refused=None)
        self._by_hand.add(name)
        self.repositories.put(stack.repository)
        self.stacks.put(name)
        self.tell(name)

    async def suspend(self, name: str) -> None:
        """Write nothing more to a stack until it is resumed.

        Raises:
            ApiError: the server did not take it.
        """
        await self.suspensions.suspend(name, self._means.who)
        self.stacks.put(name)
        self.tell(name)

    async def resume(self, name: str) -> None:
        """Write to a stack again.

        Raises:
            ApiError: the server did not take it.
        """
        await self.suspensions.resume(name)
        self.stacks.put(name)
        self.tell(name)

    # The loop.

    async def run(self, beside: Callable[[], Coroutine[None, None, None]] = _nothing) -> None:
        """Until `end` is called, and what was under way then is finished.

        What runs `beside` it ends with it.
        """
        for url in self._of_repository:
            self.repositories.put(url)
        at_once = self.pace.repositories
        async with self.clients, asyncio.TaskGroup() as group:
            looking = self.repositories.serve(self._look_at_repository, at_once=at_once)
            others = [looking, self._ask_what_changed(), beside()]
            tasks = [group.create_task(each) for each in others]
            await self.stacks.serve(self._look_at, at_once=self.pace.looks)
            for each in tasks:  # they only look, and nobody waits for what they see
                each.cancel()

    def end(self) -> None:
        """Begin nothing more; what is being written is finished as an interrupted apply is."""
        self._halt.call(ENDING)
        self.repositories.end()
        self.stacks.end()

    async def _look_at_repository(self, url: str) -> None:
        """Ask what the refs of all its stacks are, and wake those that have moved."""
        stacks = self._of_repository[url]
        refs = tuple(dict.fromkeys(each.ref for each in stacks))
        found = await self._looked_up(url, refs)
        went_well = any(isinstance(each, Resolved) for each in found.values())
        self.metrics.looked_at_git(went_well=went_well)
        for stack in stacks:
            await self._hear_of_ref(stack, found[stack.ref])
        queue = self.repositories.queue
        if went_well:
            queue.done(url)
            self.repositories.put(url, self._jittered(min(each.interval for each in stacks)))
        else:
            queue.failed(url)

    async def _looked_up(
        self, url: str, refs: tuple[Ref, ...]
    ) -> Mapping[Ref, Resolved | NotFetched]:
        try:
            return await self._means.aside(lambda: self._git.look_up(url, refs))
        except OSError as error:  # this machine has no room, or no process, to spare
            reason = f"{url}: {error.strerror or error}"
            return dict.fromkeys(refs, NotFetched(Why.BROKEN, reason))

    async def _hear_of_ref(self, stack: Stack, found: Resolved | NotFetched) -> None:
        standing = self.keeping.of[stack.name]
        if isinstance(found, Resolved):
            if self.keeping.moved(stack.name, found):
                self.stacks.put(stack.name)
            return
        trouble = self.mask.text(str(found))
        if standing.trouble != trouble:
            standing.trouble = trouble
            settled = Settled(
                stack=stack.name, state=State.FAILED, commit=standing.commit, reason=trouble
            )
            await self._note(standing.settled, replace(settled, at=self._means.now()), 0.0)

    async def _look_at(self, name: str) -> None:
        """Look at one stack, and see to it that it is looked at again."""
        stack, standing, queue = self._stack[name], self.keeping.of[name], self.stacks.queue
        resolved, before = standing.resolved, standing.settled
        heals = stack.self_heals or name in self._by_hand
        self._by_hand.discard(name)
        if resolved is None or self.keeping.is_known_to_be_invalid(name):
            queue.done(name)  # nothing to look at until there is another commit
            return
        began = self.pace.clock()
        settled = await self._settled(replace(stack, self_heals=heals), resolved)
        await self._note(before, settled, self.pace.clock() - began)
        if settled.state in AGAIN and not self._halt.is_called:
            queue.failed(name)
        else:
            queue.done(name)
            self.stacks.put(name, settled.again_in or self._jittered(stack.drift_interval))
        self.tell(name)

    async def _settled(self, stack: Stack, resolved: Resolved) -> Settled:
        """What comes of a look, whatever happens in it: one stack must not end the others."""
        before = self.keeping.of[stack.name].settled
        try:
            files_of = opened(self._git, stack, resolved, self._means.aside)
            async with files_of as files, self.clients.use() as client:
                return await reconcile(
                    stack, files, client, self._means, before=before, halt=self._halt
                )
        except (NotFetched, ApiError) as error:
            reason = self.mask.text(str(error))
        except Exception as error:  # noqa: BLE001  # decision 0028
            reason = _blame(error, stack)
        now = self._means.now()
        commit = resolved.commit
        return Settled(stack=stack.name, state=State.FAILED, commit=commit, reason=reason, at=now)

    def _jittered(self, seconds: float) -> float:
        return seconds * (1 + _SPREAD * (self.pace.chance() - 0.5))

    # What is told.

    async def _note(self, before: Settled | None, settled: Settled, seconds: float) -> None:
        """Keep what came of a look, and tell of it: in metrics, the log, and to the server."""
        kept = self.keeping.settle(settled, self.pace.wall())
        self.tell(kept.stack)
        self.metrics.settled(kept, seconds, self.keeping.of[kept.stack].synced_at)
        level = logging.WARNING if kept.state in _LOUD else logging.INFO
        LOG.log(level, "looked", extra={FIELDS: of_settled(kept, seconds)})
        told = events(before, kept)
        if not told:
            return
        try:
            async with self.clients.use() as client:
                await client.emit_events(told)
        except ApiError as error:
            LOG.info("events were not told: %s", error.reason)

    # Where the server's events are not heard.

    async def _ask_what_changed(self) -> None:
        """While events are not heard, ask every few seconds what was written to last."""
        recent = Recent()
        while True:
            await asyncio.sleep(self.pace.real(_RECENT_EVERY))
            if self._hears_events:
                recent.forget()
                continue
            try:
                async with self.clients.use() as client:
                    changed = await recent.ask(client)
            except ApiError as error:
                LOG.info("nothing is known of changes: %s", error.reason)
                continue
            for name in self._stack if changed.more else self.keeping.owners(changed.ids):
                self.stacks.put(name, _SOON)


def _blame(error: Exception, stack: Stack) -> str:
    """What is told of a mistake of our own: types and places, and never values."""
    reason = f"a mistake in `deploy`, not in your files: {type(error).__name__}"
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    places = [f"{one.filename}:{one.lineno} {one.name}" for one in frames]
    LOG.error(reason, extra={FIELDS: {"stack": stack.name, "places": places}})
    return reason
