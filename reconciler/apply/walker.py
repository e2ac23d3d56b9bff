"""Visit a graph, each key after all it waits for.  Knows nothing of Prefect."""

import asyncio
import graphlib
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping
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


Outcome: TypeAlias = Done | Failed | Skipped[K]


async def walk(
    after: Mapping[K, Collection[K]],
    visit: Callable[[K], Awaitable[Done | Failed]],
    *,
    limit: int,
) -> dict[K, Outcome[K]]:
    """Visit each key once, after all the keys it waits for, at most `limit` at a time.

    Keys that could go now go in the order of `after`, which lists them all.

    A key that waits for one that failed is not visited; its outcome names the
    failure at the root, so that a report shows causes and not consequences.

    Raises:
        graphlib.CycleError: the keys wait for one another.
    """
    order = graphlib.TopologicalSorter(after)
    order.prepare()
    place = {key: number for number, key in enumerate(after)}
    slots = asyncio.Semaphore(limit)
    finished: asyncio.Queue[K] = asyncio.Queue()
    outcomes: dict[K, Outcome[K]] = {}

    async def settle(key: K) -> None:
        root = _root_failure(after.get(key, ()), outcomes)
        if root is not None:
            outcomes[key] = Skipped(root)
        else:
            async with slots:
                outcomes[key] = await visit(key)
        finished.put_nowait(key)

    async with asyncio.TaskGroup() as tasks:
        while order.is_active():
            for key in sorted(order.get_ready(), key=place.__getitem__):
                tasks.create_task(settle(key))
            order.done(await finished.get())
    return outcomes


def _root_failure(waits_for: Collection[K], outcomes: Mapping[K, Outcome[K]]) -> K | None:
    for key in waits_for:
        match outcomes[key]:
            case Failed():
                return key
            case Skipped(root):
                return root
            case Done():
                continue
    return None
