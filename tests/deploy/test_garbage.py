"""Garbage in cycles is left alone while files are compiled, and not while a server is talked to."""

import gc
from collections.abc import Iterator

import pytest

from compiler.plan.mask import Mask
from deploy import garbage
from deploy.session import on_server


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)
    gc.enable()


async def _looks() -> bool:
    return gc.isenabled()


def test_a_compilation_is_not_interrupted_and_a_talk_is() -> None:
    garbage.look_for_none()
    assert not gc.isenabled()

    assert on_server(_looks(), Mask())
    assert gc.get_threshold()[0] > 0


def test_what_is_there_when_the_talk_begins_is_not_looked_through() -> None:
    class Ring:
        def __init__(self) -> None:
            self.itself = self

    kept = [Ring() for _ in range(3)]

    garbage.look_for_garbage(every=1_000)

    assert gc.get_freeze_count() > len(kept)
    assert not any(each is kept[0] for each in gc.get_objects())
