"""What is to be looked at: keys, each once, and each by one worker at a time.

A key says what to look at, and never what has happened: to put one that is there already
changes nothing but when, and one that is being looked at is looked at once more.  Time and
chance are given: nothing here waits, so that a test can live through a year.
"""

import heapq
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from itertools import count
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """How many seconds pass before a key that failed is tried again: twice as many each time."""

    first: float = 2.0
    ceiling: float = 300.0
    share: float = 0.5  # of the pause that chance may take away

    def pause(self, failures: int, chance: float) -> float:
        """Seconds after so many failures in a row; `chance` is from 0 to 1."""
        whole = min(self.first * 2.0 ** min(failures - 1, 32), self.ceiling)
        return whole * (1 - self.share * chance)


class WorkQueue(Generic[K]):
    """Keys that are due now or later; first due, first served."""

    def __init__(
        self, *, clock: Callable[[], float], chance: Callable[[], float], backoff: Backoff
    ) -> None:
        self._clock = clock
        self._chance = chance
        self._backoff = backoff
        self._due: dict[K, float] = {}
        self._heap: list[tuple[float, int, K]] = []
        self._turns = count()
        self._running: set[K] = set()
        self._failures: dict[K, int] = {}

    def __len__(self) -> int:
        """How many keys wait, now or for later."""
        return len(self._due)

    @property
    def running(self) -> frozenset[K]:
        """The keys that somebody looks at."""
        return frozenset(self._running)

    def ready(self) -> int:
        """How many keys are due, and only wait for somebody."""
        now = self._clock()
        return sum(at <= now and key not in self._running for key, at in self._due.items())

    def put(self, key: K, after: float = 0.0) -> None:
        """Have a key looked at, so many seconds from now; earlier if it is due earlier."""
        at = self._clock() + max(0.0, after)
        if key in self._due and self._due[key] <= at:
            return
        self._due[key] = at
        if key not in self._running:
            heapq.heappush(self._heap, (at, next(self._turns), key))

    def take(self) -> K | None:
        """The key that has been due for longest, which is the caller's until it says `done`."""
        now = self._clock()
        while self._heap and self._heap[0][0] <= now:
            at, _, key = heapq.heappop(self._heap)
            if self._due.get(key) == at and key not in self._running:  # else it was put earlier
                del self._due[key]
                self._running.add(key)
                return key
        return None

    def wait(self) -> float | None:
        """Seconds until a key is due; None if none waits that nobody looks at."""
        while self._heap and not self._stands(self._heap[0]):
            heapq.heappop(self._heap)
        return max(0.0, self._heap[0][0] - self._clock()) if self._heap else None

    def due_in(self, key: K) -> float | None:
        """Seconds until a key's turn; None if it is not to be looked at."""
        at = self._due.get(key)
        return None if at is None else max(0.0, at - self._clock())

    def done(self, key: K) -> None:
        """Give a key back that was looked at, whatever came of it; its failures are forgotten."""
        self._failures.pop(key, None)
        self._give_back(key)

    def failed(self, key: K) -> float:
        """Give a key back that is to be tried again; the seconds until then."""
        self._failures[key] = self._failures.get(key, 0) + 1
        pause = self._backoff.pause(self._failures[key], self._chance())
        self._give_back(key)
        # Whoever put it meanwhile did not know of the failure: it waits all the same.
        self._due.pop(key, None)
        self.put(key, pause)
        return pause

    def _give_back(self, key: K) -> None:
        self._running.discard(key)
        if key in self._due:
            heapq.heappush(self._heap, (self._due[key], next(self._turns), key))

    def _stands(self, entry: tuple[float, int, K]) -> bool:
        at, _, key = entry
        return self._due.get(key) == at and key not in self._running
