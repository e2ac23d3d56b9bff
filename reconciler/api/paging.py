"""Whole lists from a server that hands them out in pages.

200 a page, and the server's own page size where it refuses that
(PREFECT_SERVER_API_DEFAULT_LIMIT may be lower).
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from compiler.desired.json import Json
from reconciler.api.errors import Invalid, ServerFailure
from reconciler.api.wire import Identified, Page

R = TypeVar("R", bound=Identified)
S = TypeVar("S")
T = TypeVar("T")
Part: TypeAlias = Mapping[str, Json]

_PAGE = 200
_LARGE: Part = {"limit": _PAGE}
_OWN_SIZE: Part = {}
_READS = 3
_AT_ONCE = 4  # pages: more make one process wait, and few servers have more


def parts(items: Sequence[T], size: int = _PAGE) -> list[Sequence[T]]:
    """The items in their order, as many together as one request may name."""
    return [items[at : at + size] for at in range(0, len(items), size)]


async def read_pages(ask: Callable[[Part], Awaitable[Page[R]]], *, call: str) -> list[R]:
    """Read every page of a `/paginate` endpoint, each object once, in the server's order.

    Pages move while others write, and sort keys have ties: if what was read is not as
    much as the server counts, all is read again.

    Raises:
        ServerFailure: it did not add up three times.
    """
    for _ in range(_READS):
        found, count = await _read_through(ask)
        if len(found) == count:
            return list(found.values())
    raise ServerFailure("the list does not have as many entries as it counts", call=call)


async def read_offsets(ask: Callable[[Part], Awaitable[list[R]]]) -> list[R]:
    """Read a `/filter` endpoint to its end, each object once, in the server's order."""
    found: dict[UUID, R] = {}
    some, size = await _first(ask, {"offset": 0})
    read = len(some)
    while some:
        found.update({one.id: one for one in some})
        if size and len(some) < _PAGE:
            break
        some = await ask({**size, "offset": read})
        read += len(some)
    return list(found.values())


def requests_for_pages(count: int) -> int:
    """How many requests `read_pages` makes for this many objects."""
    return max(1, -(-count // _PAGE))


def requests_for_offsets(count: int) -> int:
    """How many requests `read_offsets` makes for this many objects: a full part is not the last."""
    return count // _PAGE + 1


async def _read_through(ask: Callable[[Part], Awaitable[Page[R]]]) -> tuple[dict[UUID, R], int]:
    """All pages but the first are asked for a few at a time: a server may have many workers."""
    first, size = await _first(ask, {"page": 1})
    gate = asyncio.Semaphore(_AT_ONCE)

    async def read(number: int) -> Page[R]:
        async with gate:
            return await ask({**size, "page": number})

    pages = [first, *await in_parallel(read(number) for number in range(2, first.pages + 1))]
    found = {one.id: one for page in pages for one in page.results}
    return found, pages[-1].count


async def in_parallel(work: Iterable[Coroutine[object, object, T]]) -> list[T]:
    """What comes of each, in order; the first that fails ends the others, and is raised."""
    tasks = [asyncio.ensure_future(each) for each in work]
    try:
        return await asyncio.gather(*tasks)
    except BaseException:  # also where this is called off: nobody is left behind asking
        await _called_off(tasks)
        raise


async def both(
    one: Coroutine[object, object, T], other: Coroutine[object, object, S]
) -> tuple[T, S]:
    """What comes of two at once; the first that fails ends the other, and is raised."""
    first, second = asyncio.ensure_future(one), asyncio.ensure_future(other)
    try:
        return await asyncio.gather(first, second)
    except BaseException:
        await _called_off([first, second])
        raise


async def _called_off(tasks: Sequence["asyncio.Future[Any]"]) -> None:
    for each in tasks:
        each.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _first(ask: Callable[[Part], Awaitable[T]], start: Part) -> tuple[T, Part]:
    try:
        return await ask({**_LARGE, **start}), _LARGE
    except Invalid:
        return await ask({**_OWN_SIZE, **start}), _OWN_SIZE
