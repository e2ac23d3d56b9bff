"""The gate opens while the server keeps up, and closes when it does not."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from reconciler.api.pace import Pace, Width
from tests.support.simulated_time import run_simulated


def after(width: Width, *, rounds: int = 0) -> Width:
    """After rounds at a server that gets the more done the more it is given."""
    for _ in range(rounds):
        width = width.after_round(rate=float(width.allowed))
    return width


def test_it_begins_with_one() -> None:
    assert Width().allowed == 1


@pytest.mark.parametrize(("rounds", "allowed"), [(1, 2), (2, 3), (3, 4), (1000, 16)])
def test_a_round_that_goes_well_allows_one_more(rounds: int, allowed: int) -> None:
    assert after(Width(), rounds=rounds).allowed == allowed


@pytest.mark.parametrize(("before", "allowed"), [(1, 1), (2, 1), (3, 1), (9, 4), (16, 8)])
def test_a_busy_server_halves_it(before: int, allowed: int) -> None:
    assert Width(allowed=before).after_busy().allowed == allowed


def test_one_more_that_brings_nothing_is_taken_back() -> None:
    width = Width().after_round(10.0)

    assert width.after_round(12.4) == Width(trouble=2, effort=2)
    assert width.after_round(12.6) == Width(allowed=3, below=12.6)


def test_where_it_was_busy_is_tried_again_ever_later() -> None:
    width, needed = Width(), []
    for _ in range(7):
        needed.append(width.round)
        width = width.after_round(1.0).after_busy()

    assert needed == [3, 6, 12, 24, 48, 96, 96]


def test_below_where_it_was_busy_it_opens_as_before() -> None:
    width = Width(allowed=9).after_busy()

    assert (width.allowed, width.round) == (4, 4)
    assert after(width, rounds=4).allowed == 8
    assert after(width, rounds=4).round == 8 * 2


def test_what_is_borne_after_all_is_no_trouble_any_more() -> None:
    width = after(Width(allowed=2).after_busy(), rounds=2)

    assert (width.allowed, width.trouble, width.effort) == (3, None, 1)


async def test_those_who_came_first_are_let_in_first() -> None:
    pace, order = Pace(), []

    async def visit(number: int) -> None:
        async with pace.slot():
            order.append(number)
            pace.busy(since=pace.era)

    async with asyncio.TaskGroup() as tasks:
        for number in range(5):
            tasks.create_task(visit(number))

    assert order == [0, 1, 2, 3, 4]


async def test_one_who_is_called_off_keeps_no_place() -> None:
    pace = Pace()

    async def visit() -> None:
        async with pace.slot():
            await asyncio.sleep(0)

    async with pace.slot():
        waiting = asyncio.create_task(visit())
        later = asyncio.create_task(visit())
        await asyncio.sleep(0)
        waiting.cancel()
        with suppress(asyncio.CancelledError):
            await waiting

    await asyncio.wait_for(later, timeout=5)
    assert waiting.cancelled()
    assert later.done()


async def test_one_who_is_let_in_and_called_off_at_once_keeps_no_place() -> None:
    pace = Pace()

    async def visit() -> None:
        async with pace.slot():
            pass

    async with pace.slot():
        waiting = asyncio.create_task(visit())
        await asyncio.sleep(0)
    waiting.cancel()
    with suppress(asyncio.CancelledError):
        await waiting

    await asyncio.wait_for(visit(), timeout=5)
    assert waiting.cancelled()


async def test_what_fails_opens_nothing() -> None:
    pace = Pace()

    with suppress(ValueError):
        async with pace.slot():
            raise ValueError

    assert pace.width == 1


async def test_few_who_come_open_nothing() -> None:
    pace = Pace(Width(allowed=4))

    for _ in range(20):
        async with pace.slot():
            pass

    assert pace.width == 4


def test_answers_of_one_crowd_halve_it_once() -> None:
    pace = Pace(Width(allowed=8))
    together = pace.era

    for _ in range(5):
        pace.busy(since=together)

    assert pace.width == 4


@dataclass
class Time:
    """A clock that goes on while somebody sleeps."""

    now: float = 100.0
    naps: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds


async def test_nobody_sends_while_the_server_wants_quiet() -> None:
    time = Time()
    pace = Pace(clock=time.clock, sleep=time.sleep)
    pace.hold(7.0)
    pace.hold(3.0)

    await pace.ready()
    await pace.ready()

    assert (time.naps, pace.held()) == ([7.0], 0.0)


async def test_who_has_waited_is_not_made_to_wait_again() -> None:
    time = Time()
    pace = Pace(clock=time.clock, sleep=time.sleep)
    until = pace.hold(7.0)

    await pace.ready(waited_until=until)

    assert time.naps == []


@dataclass
class Simulated:
    """A server that carries out so many at once, in a tenth of a second, and refuses more."""

    workers: int
    inside: int = 0
    refused: int = 0

    async def ask(self) -> bool:
        self.inside += 1
        try:
            if self.inside > self.workers:
                self.refused += 1
                await asyncio.sleep(0.02)
                return False
            await asyncio.sleep(0.1)
            return True
        finally:
            self.inside -= 1


@dataclass
class Sharing:
    """A server that refuses nothing, and whose cores take turns at what it was asked for."""

    cores: int
    inside: int = 0

    async def ask(self) -> bool:
        self.inside += 1
        try:
            await asyncio.sleep(0.1 * max(1.0, self.inside / self.cores))
            return True
        finally:
            self.inside -= 1


async def carry_out(server: Simulated | Sharing, actions: int) -> list[int]:
    """The width after each of the actions; a refusal is asked for again, as a client does."""
    widths: list[int] = []
    pace = Pace(clock=asyncio.get_running_loop().time)

    async def visit() -> None:
        async with pace.slot():
            era, pause = pace.era, 0.1
            while not await server.ask():
                pace.busy(since=era)
                await asyncio.sleep(pause)
                era, pause = pace.era, pause * 2
        widths.append(pace.width)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(actions):
            tasks.create_task(visit())
    return widths


@pytest.mark.parametrize(
    ("workers", "least", "most"), [(1, 1.0, 1.3), (2, 1.0, 2.2), (8, 5.0, 9.0), (40, 14.0, 16.0)]
)
def test_it_ends_near_what_the_server_bears(workers: int, least: float, most: float) -> None:
    server = Simulated(workers=workers)

    widths = run_simulated(carry_out(server, 400))

    last = widths[-200:]
    assert least <= sum(last) / len(last) <= most
    assert server.refused <= 20


@pytest.mark.parametrize(("cores", "least", "most"), [(1, 1.0, 1.4), (3, 2.4, 4.5)])
def test_a_server_that_gets_no_faster_is_given_no_more(
    cores: int, least: float, most: float
) -> None:
    widths = run_simulated(carry_out(Sharing(cores), 400))

    last = widths[-200:]
    assert least <= sum(last) / len(last) <= most
