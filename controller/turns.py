"""A queue that may be waited at, and those who work on it."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from contextlib import suppress
from typing import Generic, TypeVar

from controller.queue import WorkQueue

K = TypeVar("K", bound=Hashable)


class Turns(Generic[K]):
    """Hands out the keys of a queue as they fall due, until it is told to end.

    `real` says how many seconds pass in so many of the queue's.
    """

    def __init__(self, queue: WorkQueue[K], real: Callable[[float], float] = float) -> None:
        self.queue = queue
        self._real = real
        self._news = asyncio.Event()
        self._ends = False

    def put(self, key: K, after: float = 0.0) -> None:
        """Have a key looked at, so many seconds from now."""
        self.queue.put(key, after)
        self._news.set()

    def end(self) -> None:
        """Hand out nothing more."""
        self._ends = True
        self._news.set()

    async def next(self) -> K | None:
        """The next key that is due; None once it has ended."""
        while not self._ends:
            key = self.queue.take()
            if key is not None:
                return key
            self._news.clear()
            wait = self.queue.wait()
            with suppress(TimeoutError):
                async with asyncio.timeout(None if wait is None else self._real(wait)):
                    await self._news.wait()
        return None

    async def serve(self, work: Callable[[K], Awaitable[None]], *, at_once: int) -> None:
        """Have every key worked on, so many at a time; `work` gives it back to the queue.

        What is under way when it ends is finished.
        """
        room = asyncio.Semaphore(at_once)

        async def one(key: K) -> None:
            try:
                await work(key)
            finally:
                room.release()
                self._news.set()

        async with asyncio.TaskGroup() as group:
            await room.acquire()
            while (key := await self.next()) is not None:
                group.create_task(one(key))
                await room.acquire()
