"""Look once more before writing: what has moved since the plan was made is not written to.

The server has no conditional writes. Things are read a page at a time, when the first of
the page is about to be written.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from compiler.desired.address import Address, Kind
from compiler.plan.action import Adopt, Create, Delete, Protect, Update
from compiler.plan.build import Plan
from compiler.plan.claim import is_default_queue
from compiler.plan.moved import Write, moved
from compiler.state.observed import Observed, marks
from reconciler.api.client import PrefectClient
from reconciler.api.paging import parts
from reconciler.observe.naming import naming_of
from reconciler.observe.reader import (
    read_again,
    read_named,
    requests_for_names,
    requests_for_reading_again,
)

_PAGE = 100  # writes: some fifteen seconds of them


class Moved(Exception):
    """Somebody else has changed the thing since the plan was made."""


class Fresh:
    """What the things of a plan are like just now."""

    def __init__(self, client: PrefectClient, plan: Plan) -> None:
        self._client = client
        self._naming = naming_of(plan)
        self._pages = pages(plan)
        self._page_of = {each.address: n for n, page in enumerate(self._pages) for each in page}
        self._read: dict[int, Mapping[Address, Observed]] = {}
        self._reading = asyncio.Lock()

    async def check(self, action: Write) -> None:
        """Make sure that the thing is as the plan saw it.

        Raises:
            Moved: it is not.
            ApiError: the server could not be read.
        """
        if action.address not in self._page_of:
            return
        number = self._page_of[action.address]
        async with self._reading:
            if number not in self._read:
                self._read[number] = await self._look(self._pages[number])
        reason = moved(action, self._read[number].get(action.address))
        if reason is not None:
            raise Moved(reason)

    async def _look(self, page: Sequence[Write]) -> Mapping[Address, Observed]:
        known = {each.address: each.observed.id for each in page if not isinstance(each, Create)}
        made = [each.address for each in page if isinstance(each, Create)]
        looked = {**known, **dict.fromkeys(_by_name(made), "")}
        found = dict(await read_again(self._client, looked, self._naming))
        return {**found, **await read_named(self._client, _deployments(made))}


def requests_for_looking(plan: Plan, queues: Mapping[str, int]) -> int:
    """How many reads `Fresh` makes; `queues` says how many a pool has, new pools left out."""
    there = _deployments(plan.seen.things if plan.seen is not None else ())
    return sum(
        requests_for_reading_again(_known(page), queues)
        + requests_for_names(_made(page), there)
        + sum(_has_lost_its_mark(each, plan.mark) for each in page)
        for page in pages(plan)
    )


def _has_lost_its_mark(action: Write, mark: str) -> bool:
    """Whether it is an automation that is found by its id alone."""
    if isinstance(action, Create) or action.address.kind is not Kind.AUTOMATION:
        return False
    return mark not in marks(action.address, action.observed)


def _known(page: Iterable[Write]) -> list[Address]:
    return [
        each.address
        for each in page
        if not isinstance(each, Create) or each.address.kind is not Kind.DEPLOYMENT
    ]


def _made(page: Iterable[Write]) -> list[Address]:
    return _deployments([each.address for each in page if isinstance(each, Create)])


def _deployments(addresses: Iterable[Address]) -> list[Address]:
    return [each for each in addresses if each.kind is Kind.DEPLOYMENT]


def _by_name(addresses: Iterable[Address]) -> list[Address]:
    return [each for each in addresses if each.kind is not Kind.DEPLOYMENT]


def pages(plan: Plan) -> tuple[tuple[Write, ...], ...]:
    """The writes of a plan in its order, as many together as are looked at together.

    What is deleted is on pages of its own: it comes last. A queue of a pool that is made
    is on none: there is nothing to look at.
    """
    new = {each.address.path[0] for each in plan.actions if _makes_pool(each)}
    writes = [
        each
        for each in plan.actions
        if not isinstance(each, Adopt | Protect) and not _is_new_queue(each, new)
    ]
    made = [each for each in writes if not isinstance(each, Delete)]
    gone = [each for each in writes if isinstance(each, Delete)]
    return tuple(map(tuple, (*parts(made, _PAGE), *parts(gone, _PAGE))))


def _makes_pool(action: Write | Adopt | Protect) -> bool:
    return isinstance(action, Create) and action.address.kind is Kind.WORK_POOL


def _is_new_queue(action: Write, new: set[str]) -> bool:
    """Whether a queue comes with its pool, or is the one that every pool has."""
    address = action.address
    if address.kind is not Kind.WORK_QUEUE or not isinstance(action, Create | Update):
        return False
    return address.path[0] in new or (isinstance(action, Create) and is_default_queue(address))
