"""How much is asked of a server at once: as much as it bears, and as makes it faster.

It begins with one thing at a time. A round that goes well opens the gate by one, if the step
before has got more done in the same time: a server that only shares its time out among more is
asked for no more than that. An answer that says "busy" halves the gate, as TCP does with a
network. A width that brought nothing or was too much is tried again only after ever more has
gone well, so that a database with one writer is left alone at one, and a large one is not asked
for more than it has.

Knows nothing of HTTP and of Prefect.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TypeAlias

Clock: TypeAlias = Callable[[], float]
Sleep: TypeAlias = Callable[[float], Awaitable[None]]

_MOST = 16  # as many connections as Prefect's own client opens
_HARDEST = 32  # rounds that go well, before the next width is tried again
_FEWEST = 3  # things of a round: one alone says little of how fast a server is
_WORTH = 0.25  # of what one more at a time would bring at best: less is no gain
_MOMENT = 1e-6  # seconds: what takes no time took this
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Width:
    """How many things may be under way, and what has to go well before it is one more.

    `below` is how many a second were done at one less, 0 if that is not known. `trouble` is
    the width at which the server was busy or no faster; None if it never was, or has since
    borne more. `effort` is how many times the usual number has to go well before that width is
    tried again.
    """

    allowed: int = 1
    below: float = 0.0
    trouble: int | None = None
    effort: int = 1
    most: int = _MOST

    @property
    def round(self) -> int:
        """How many things have to go well, while as many as allowed are under way."""
        is_risky = self.trouble == self.allowed + 1
        return max(_FEWEST, self.allowed) * (self.effort if is_risky else 1)

    def after_round(self, rate: float) -> "Width":
        """A round went well, with so many done a second."""
        if self.allowed > 1 and rate < self.below * (1 + _WORTH / (self.allowed - 1)):
            return self._down_to(self.allowed - 1, trouble=self.allowed)
        if self.allowed == self.most:
            return self
        has_borne_it = self.trouble is not None and self.allowed >= self.trouble
        return replace(
            self,
            allowed=self.allowed + 1,
            below=rate,
            trouble=None if has_borne_it else self.trouble,
            effort=1 if has_borne_it else self.effort,
        )

    def after_busy(self) -> "Width":
        """The server had too much."""
        return self._down_to(max(1, self.allowed // 2), trouble=max(2, self.allowed))

    def _down_to(self, allowed: int, *, trouble: int) -> "Width":
        effort = min(self.effort * 2, _HARDEST)
        return replace(self, allowed=allowed, below=0.0, trouble=trouble, effort=effort)


class Pace:
    """A gate that lets as many in as the server bears, the first who came first.

        async with pace.slot():
            ...  # one thing with all its requests

    Whoever sends requests waits for `ready` before each, and says `busy` of answers that
    mean it. Seconds are those of `clock`, which only has to go forward.
    """

    def __init__(
        self,
        width: Width | None = None,
        *,
        clock: Clock = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._width = width or Width()
        self._clock = clock
        self._sleep = sleep
        self._inside = 0
        self._queue: deque[asyncio.Future[None]] = deque()
        self._era = 0
        self._good, self._since = 0, clock()
        self._quiet_until = float("-inf")

    @property
    def width(self) -> int:
        """How many may be inside now."""
        return self._width.allowed

    @property
    def era(self) -> int:
        """Rises with each halving: what was begun in an earlier era says nothing new."""
        return self._era

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Be one of those inside; wait for it if there are enough."""
        await self._enter()
        era = self._era
        try:
            yield
            self._went_well(era)
        finally:
            self._leave()

    def busy(self, *, since: int) -> None:
        """A request of the era `since` was answered with "too much".

        Those that were under way together count once.
        """
        if since != self._era:
            return
        self._era += 1
        if self._becomes(self._width.after_busy()):
            _LOG.info("the server is busy: at most %d at once from now on", self.width)

    def hold(self, seconds: float) -> float:
        """Nobody sends for so long; return until when, by the clock."""
        until = self._clock() + seconds
        self._quiet_until = max(self._quiet_until, until)
        return until

    def held(self) -> float:
        """For how many seconds nobody may send."""
        return max(0.0, self._quiet_until - self._clock())

    async def ready(self, *, waited_until: float = float("-inf")) -> None:
        """Wait until one may send; the wait until `waited_until` has been done."""
        while self._quiet_until > waited_until and (left := self.held()) > 0:
            waited_until = self._quiet_until
            await self._sleep(left)

    def _went_well(self, era: int) -> None:
        if era != self._era or self._inside < self._width.allowed:
            self._begin()  # a round counts what is done while the gate is full
            return
        self._good += 1
        if self._good < self._width.round:
            return
        rate = self._good / max(self._clock() - self._since, _MOMENT)
        if self._becomes(self._width.after_round(rate)):
            _LOG.info("the server does %.1f a second: %d at once from now on", rate, self.width)

    def _becomes(self, width: Width) -> bool:
        """Whether another number is allowed now; a new round begins in any case."""
        before, self._width = self._width, width
        self._begin()
        return before.allowed != width.allowed

    def _begin(self) -> None:
        self._good, self._since = 0, self._clock()

    async def _enter(self) -> None:
        if not self._queue and self._inside < self._width.allowed:
            self._inside += 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # let in and called off at the same moment
                self._leave()
            raise

    def _leave(self) -> None:
        self._inside -= 1
        while self._queue and self._inside < self._width.allowed:
            turn = self._queue.popleft()
            if not turn.done():
                self._inside += 1
                turn.set_result(None)
