"""The walk over a graph."""

import asyncio
import graphlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.apply.walker import Done, Failed, Halt, NotReached, Skipped, Slot, walk

GRAPHS = (
    st.integers(1, 8)
    .flatmap(
        lambda size: st.tuples(
            *(
                st.sets(st.integers(0, number - 1)) if number else st.just(set())
                for number in range(size)
            )
        )
    )
    .map(lambda waits: {number: sorted(found) for number, found in enumerate(waits)})
)


def of(number: int) -> Slot:
    """So many slots."""
    slots = asyncio.Semaphore(number)
    return lambda: slots


async def test_a_key_is_visited_after_all_it_waits_for() -> None:
    seen: list[str] = []

    async def visit(key: str) -> Done:
        seen.append(key)
        return Done()

    await walk({"c": ["a", "b"], "a": [], "b": ["a"]}, visit, slot=of(4), halt=Halt())

    assert seen == ["a", "b", "c"]


async def test_ready_keys_go_in_the_order_given() -> None:
    seen: list[str] = []

    async def visit(key: str) -> Done:
        seen.append(key)
        return Done()

    await walk({"b": [], "a": [], "c": []}, visit, slot=of(1), halt=Halt())

    assert seen == ["b", "a", "c"]


async def test_what_waits_for_a_failure_is_skipped_with_the_root() -> None:
    error = OSError("no")

    async def visit(key: str) -> Done | Failed:
        return Failed(error) if key == "a" else Done()

    outcomes = await walk(
        {"a": [], "b": ["a"], "c": ["b"], "d": []}, visit, slot=of(2), halt=Halt()
    )

    assert outcomes == {"a": Failed(error), "b": Skipped("a"), "c": Skipped("a"), "d": Done()}


async def test_what_is_under_way_is_finished_and_nothing_else_begun() -> None:
    halt, under_way = Halt(), asyncio.Event()

    async def visit(key: str) -> Done | Failed:
        if key == "b":
            halt.call("enough")
            under_way.set()
        else:
            await under_way.wait()
        return Done(key)

    outcomes = await walk(
        {"a": [], "b": [], "c": [], "d": ["a"], "e": ["d"]},
        visit,
        slot=of(2),
        halt=halt,
    )

    ended = dict.fromkeys("cde", NotReached())
    assert outcomes == {"a": Done("a"), "b": Done("b"), **ended}
    assert halt.reason == "enough"


def test_a_part_hears_the_whole_and_the_whole_no_part() -> None:
    whole = Halt()
    one, other = Halt(part_of=whole), Halt(part_of=whole)

    one.call("one's own")
    assert (one.reason, other.reason, whole.reason) == ("one's own", None, None)

    whole.call("all")
    assert (one.reason, other.reason, whole.reason) == ("one's own", "all", "all")


async def test_what_waits_for_a_failure_is_skipped_also_after_the_end() -> None:
    error, halt = OSError("no"), Halt()

    async def visit(key: str) -> Failed:  # noqa: ARG001  # every key alike
        halt.call("one failed")
        return Failed(error)

    outcomes = await walk({"a": [], "b": ["a"], "c": []}, visit, slot=of(1), halt=halt)

    assert outcomes == {"a": Failed(error), "b": Skipped("a"), "c": NotReached()}


async def test_no_more_than_the_limit_are_under_way() -> None:
    under_way, most = 0, 0

    async def visit(key: int) -> Done:  # noqa: ARG001  # every key alike
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        return Done()

    await walk({number: [] for number in range(9)}, visit, slot=of(3), halt=Halt())

    assert most == 3


async def test_keys_that_wait_for_one_another_are_an_error() -> None:
    async def visit(key: str) -> Done:  # noqa: ARG001  # never called
        return Done()

    with pytest.raises(graphlib.CycleError):
        await walk({"a": ["b"], "b": ["a"]}, visit, slot=of(1), halt=Halt())


@given(graph=GRAPHS, bad=st.sets(st.integers(0, 7)))
def test_nothing_that_is_done_waited_for_something_that_is_not(
    graph: dict[int, list[int]], bad: set[int]
) -> None:
    async def visit(key: int) -> Done | Failed:
        return Failed(OSError()) if key in bad else Done()

    outcomes = asyncio.run(walk(graph, visit, slot=of(2), halt=Halt()))

    assert outcomes.keys() == graph.keys()
    for key, waits_for in graph.items():
        waited_in_vain = any(not isinstance(outcomes[each], Done) for each in waits_for)
        assert isinstance(outcomes[key], Skipped) == waited_in_vain
