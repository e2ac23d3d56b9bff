"""Who listens to news, and from where on: only which stacks are new, never what is.

A listener that is slow misses nothing and keeps nobody waiting: when it asks again, it is told
every stack that changed since, once.  So there is nothing to be stored up for it.
"""

import asyncio
import secrets
from contextlib import suppress
from typing import Self

MOST = 64  # listeners at a time


class Hub:
    """Counts the news; whoever listens knows the number up to which it has heard.

    Listeners are let go at the end of an `async with`.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._epoch = secrets.token_hex(4)  # of this process: numbers begin anew with it
        self._number = 0
        self._changed: dict[str, int] = {}
        self._listeners: set[Listener] = set()
        self.has_ended = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.end()

    @property
    def position(self) -> str:
        """Up to where everything is known to who has just looked."""
        return f"{self._epoch}-{self._number}"

    @property
    def listeners(self) -> int:
        """How many listen."""
        return len(self._listeners)

    def tell(self, stack: str) -> None:
        """Something is known anew of a stack."""
        self._number += 1
        self._changed[stack] = self._number
        self._wake()

    def end(self) -> None:
        """Let all listeners go."""
        self.has_ended = True
        self._wake()

    def _wake(self) -> None:
        for each in self._listeners:
            each.wake()

    def listen(self, since: str, only: str | None = None) -> "Listener | None":
        """Hear what is new after a position, of one stack or of all; None if too many listen."""
        if self.has_ended or len(self._listeners) >= self._most:
            return None
        epoch, _, number = since.partition("-")
        known = int(number) if epoch == self._epoch and number.isdecimal() else -1
        listener = Listener(self, min(known, self._number), only)
        self._listeners.add(listener)
        return listener

    def leave(self, listener: "Listener") -> None:
        """Hear nothing more."""
        self._listeners.discard(listener)

    def after(self, number: int) -> list[str]:
        """The stacks that changed after a number, in the order in which they did."""
        found = sorted((at, name) for name, at in self._changed.items() if at > number)
        return [name for _, name in found]

    @property
    def number(self) -> int:
        """How many news there were."""
        return self._number


class Listener:
    """One who listens."""

    def __init__(self, hub: Hub, known: int, only: str | None) -> None:
        self._hub = hub
        self._known = known
        self._only = only
        self._news = asyncio.Event()
        if hub.number > known:
            self._news.set()

    def wake(self) -> None:
        """There may be something."""
        self._news.set()

    async def next(self, within: float) -> list[str]:
        """The stacks that are new, as soon as there is one; none after so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._news.wait()
        self._news.clear()
        names, self._known = self._hub.after(self._known), self._hub.number
        return [each for each in names if self._only in (None, each)]
