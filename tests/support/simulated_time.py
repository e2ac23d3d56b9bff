"""An event loop in which nobody waits: when all sleep, its clock goes on to the first who wakes."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")


class _Selector(selectors.SelectSelector):
    """Looks for what is there and never waits for it; says how long it should have waited."""

    waited = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """What is ready now."""
        assert timeout is not None, "everybody waits for something that cannot come"
        self.waited += max(0.0, timeout)
        return super().select(0)


class _Loop(asyncio.SelectorEventLoop):
    """Its time is what its selector would have waited."""

    def __init__(self) -> None:
        self._simulated = _Selector()
        super().__init__(self._simulated)

    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._simulated.waited


def run_simulated(work: Coroutine[object, object, T]) -> T:
    """What comes of the work, which may sleep for hours; it must not use the network."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(work)
