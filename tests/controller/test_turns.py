"""Keys are worked on in their turn, so many at a time, in simulated time."""

import asyncio

from controller.queue import Backoff, WorkQueue
from controller.turns import Turns
from tests.support.simulated_time import run_simulated


def turns() -> Turns[str]:
    clock = asyncio.get_running_loop().time
    return Turns(WorkQueue(clock=clock, chance=lambda: 0.0, backoff=Backoff(first=1, ceiling=8)))


def test_every_key_is_worked_on_in_time_and_not_too_many_at_once() -> None:
    async def play() -> tuple[dict[str, float], int]:
        made, begun, at_once, most = turns(), dict[str, float](), 0, 0

        async def work(key: str) -> None:
            nonlocal at_once, most
            at_once += 1
            most = max(most, at_once)
            begun[key] = asyncio.get_running_loop().time()
            await asyncio.sleep(10)
            at_once -= 1
            made.queue.done(key)

        for number in range(6):
            made.put(f"key {number}")
        made.put("later", after=100)
        asyncio.get_running_loop().call_later(200, made.end)
        await made.serve(work, at_once=2)
        return begun, most

    begun, most = run_simulated(play())

    assert [round(at) for at in begun.values()] == [0, 0, 10, 10, 20, 20, 100]
    assert most == 2


def test_what_is_under_way_at_the_end_is_finished() -> None:
    async def play() -> list[str]:
        made, done = turns(), list[str]()

        async def work(key: str) -> None:
            await asyncio.sleep(10)
            made.queue.done(key)
            done.append(key)

        made.put("shop")
        made.put("etl", after=7)
        asyncio.get_running_loop().call_later(5, made.end)
        await made.serve(work, at_once=2)
        return done

    assert run_simulated(play()) == ["shop"]


def test_a_key_that_failed_waits_longer_each_time() -> None:
    async def play() -> list[float]:
        made, begun = turns(), list[float]()

        async def work(key: str) -> None:
            begun.append(asyncio.get_running_loop().time())
            made.queue.failed(key)

        made.put("shop")
        asyncio.get_running_loop().call_later(20, made.end)
        await made.serve(work, at_once=2)
        return begun

    assert [round(at) for at in run_simulated(play())] == [0, 1, 3, 7, 15]
