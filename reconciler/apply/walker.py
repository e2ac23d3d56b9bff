"""Visit a graph, each key after all it waits for.  Knows nothing of Prefect."""

import asyncio
import graphlib
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Done:
    """It was carried out; `id` is the server's for what now exists, None for what is gone."""

    id: str | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """It was tried, and this is why it did not end well."""

    error: Exception


@dataclass(frozen=True, slots=True)
class Skipped(Generic[K]):
    """It was not tried, since `root` failed."""

    root: K


@dataclass(frozen=True, slots=True)
class NotReached:
    """It was not tried, since the walk was ended before."""


Slot: TypeAlias = Callable[[], AbstractAsyncContextManager[object]]
Outcome: TypeAlias = Done | Failed | Skipped[K] | NotReached


class Halt:
    """A word to end a walk: what is under way is finished, and nothing else is begun.

    One that is part of another hears what is said there; what is said here stays here.
    """

    def __init__(self, part_of: "Halt | None" = None) -> None:
        self._said: str | None = None
        self._part_of = part_of

    @property
    def reason(self) -> str | None:
        """Why it was called; None while nobody has."""
        return self._said or (self._part_of.reason if self._part_of is not None else None)

    @property
    def is_called(self) -> bool:
        """Whether somebody has said it."""
        return self.reason is not None

    def call(self, reason: str) -> None:
        """Say it; the first reason stays."""
        self._said = self.reason or reason


async def walk(
    after: Mapping[K, Collection[K]],
    visit: Callable[[K], Awaitable[Done | Failed]],
    *,
    slot: Slot,
    halt: Halt,
) -> dict[K, Outcome[K]]:
    """Visit each key once, after all the keys it waits for, inside a slot.

    `slot` makes a gate that lets in as many visits at a time as there may be.
    Keys that could go now go in the order of `after`, which lists them all.

    A key that waits for one that failed is not visited; its outcome names the
    failure at the root, so that a report shows causes and not consequences.

    Raises:
        graphlib.CycleError: the keys wait for one another.
    """
    order = graphlib.TopologicalSorter(after)
    order.prepare()
    place = {key: number for number, key in enumerate(after)}
    finished: asyncio.Queue[K] = asyncio.Queue()
    outcomes: dict[K, Outcome[K]] = {}

    async def settle(key: K) -> None:
        stopped = barred({each: outcomes[each] for each in after.get(key, ())})
        if stopped is not None:
            outcomes[key] = stopped
        else:
            async with slot():
                outcomes[key] = NotReached() if halt.is_called else await visit(key)
        finished.put_nowait(key)

    async with asyncio.TaskGroup() as tasks:
        while order.is_active():
            for key in sorted(order.get_ready(), key=place.__getitem__):
                tasks.create_task(settle(key))
            order.done(await finished.get())
    return outcomes


def barred(waits_for: Mapping[K, Outcome[K]]) -> Skipped[K] | NotReached | None:
    """What becomes of a key that is not visited, since not all that it waits for was done."""
    ended: NotReached | None = None
    for key, outcome in waits_for.items():
        match outcome:
            case Failed():
                return Skipped(key)
            case Skipped():
                return outcome
            case NotReached():
                ended = outcome
            case Done():
                continue
    return ended
