"""Garbage in cycles is looked for among what is new; once a server is talked to, everywhere."""

import gc
from collections.abc import Iterator

import pytest

from compiler.plan.mask import Mask
from deploy import garbage
from deploy.session import on_server


class Ring:
    """A value that holds itself."""

    alive = 0

    def __init__(self) -> None:
        self.itself = self
        Ring.alive += 1

    def __del__(self) -> None:
        Ring.alive -= 1


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)
    gc.collect()


async def _thresholds() -> tuple[int, int, int]:
    return gc.get_threshold()


def test_old_garbage_is_looked_for_when_a_server_is_talked_to() -> None:
    garbage.look_among_the_new()
    new, older, _ = gc.get_threshold()

    talking = on_server(_thresholds(), Mask())

    assert older > 1_000
    assert talking == (new, 10, 10)


def test_what_a_compilation_throws_away_goes_while_it_lasts() -> None:
    garbage.look_among_the_new()
    before = Ring.alive

    for _ in range(100_000):
        Ring()
    kept = [[number] for number in range(250_000)]

    assert Ring.alive - before < 100_000
    assert len(kept) == 250_000


def test_what_is_there_when_the_talk_begins_is_not_looked_through() -> None:
    kept = Ring()

    garbage.look_for_garbage(every=1_000)

    assert gc.get_freeze_count() > 1
    assert not any(each is kept for each in gc.get_objects())
