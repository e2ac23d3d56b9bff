"""Whatever is put is looked at, once at a time, and nobody waits for ever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from controller.queue import Backoff, WorkQueue

KEYS = st.sampled_from(["shop", "etl", "web", "ml"])
SECONDS = st.floats(min_value=0, max_value=100)


class Clock:
    """A time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def queue(clock: Clock, chance: float = 0.0) -> WorkQueue[str]:
    return WorkQueue(clock=clock, chance=lambda: chance, backoff=Backoff(first=1, ceiling=8))


class Played(RuleBasedStateMachine):
    """A queue, and a simple one beside it that says what must become of each key."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.queue = queue(self.clock)
        self.wanted: dict[str, float] = {}  # keys that were put and not taken since: due when
        self.running: set[str] = set()

    @rule(key=KEYS, after=SECONDS)
    def put(self, key: str, after: float) -> None:
        self.queue.put(key, after)
        self.wanted[key] = min(self.wanted.get(key, float("inf")), self.clock.now + after)

    @rule(seconds=SECONDS)
    def pass_time(self, seconds: float) -> None:
        self.clock.now += seconds

    @rule()
    def take(self) -> None:
        due = {key: at for key, at in self.wanted.items() if self._is_due(key, at)}
        key = self.queue.take()

        assert (key is None) == (not due)
        if key is not None:
            assert key not in self.running
            assert self.wanted.pop(key) == min(due.values())  # fair: the one that waited longest
            self.running.add(key)

    @precondition(lambda self: self.running)
    @rule(data=st.data())
    def done(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.running)))
        self.queue.done(key)
        self.running.discard(key)

    @precondition(lambda self: self.running)
    @rule(data=st.data())
    def failed(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.running)))
        pause = self.queue.failed(key)
        self.running.discard(key)
        self.wanted[key] = self.clock.now + pause

        assert 0 < pause <= 8

    @invariant()
    def nothing_is_lost(self) -> None:
        assert len(self.queue) == len(self.wanted)
        assert self.queue.running == self.running
        free = [at for key, at in self.wanted.items() if key not in self.running]
        wait = self.queue.wait()
        assert (wait is None) == (not free)
        assert wait is None or wait == max(0.0, min(free) - self.clock.now)
        assert self.queue.ready() == sum(self._is_due(*each) for each in self.wanted.items())

    def _is_due(self, key: str, at: float) -> bool:
        return at <= self.clock.now and key not in self.running


TestNoKeyIsLostOrDoubled = pytest.mark.property(Played.TestCase)


def test_a_key_is_there_once_however_often_it_is_put() -> None:
    waiting = queue(Clock())

    for _ in range(3):
        waiting.put("shop")

    assert (waiting.take(), waiting.take()) == ("shop", None)


def test_a_key_put_while_it_is_looked_at_is_looked_at_again() -> None:
    waiting = queue(Clock())
    waiting.put("shop")
    waiting.take()

    waiting.put("shop")

    assert waiting.take() is None
    waiting.done("shop")
    assert waiting.take() == "shop"


def test_pauses_double_up_to_a_ceiling_and_are_forgotten() -> None:
    clock = Clock()
    waiting = queue(clock)
    pauses = []
    for _ in range(5):
        waiting.put("shop")
        clock.now += 10
        waiting.take()
        pauses.append(waiting.failed("shop"))
    clock.now += 10
    waiting.take()
    waiting.done("shop")
    waiting.put("shop")
    waiting.take()

    assert pauses == [1, 2, 4, 8, 8]
    assert waiting.failed("shop") == 1


@given(st.integers(min_value=1, max_value=10_000), st.floats(min_value=0, max_value=1))
def test_chance_takes_away_half_of_a_pause_at_most(failures: int, chance: float) -> None:
    backoff = Backoff()

    whole = backoff.pause(failures, 0)

    assert whole / 2 <= backoff.pause(failures, chance) <= whole <= backoff.ceiling
