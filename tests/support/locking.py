"""Time that passes when a test says so, processes that are there or not, and whose lock it is."""

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

from reconciler.lock.hold import Notice, Terms
from reconciler.lock.holder import Holder, this_process
from reconciler.lock.take import Timing

ADA = this_process("ada", "c0ffee")
_LONG = 20.0  # seconds between two renewals


@dataclass(slots=True)
class Clock:
    """A clock that jumps over short sleeps, and over long ones when it is told to."""

    now: float = 1000.0
    naps: list[float] = field(default_factory=list)
    meanwhile: Callable[[], Awaitable[None]] | None = None
    _ticks: asyncio.Event = field(default_factory=asyncio.Event)

    async def sleep(self, seconds: float) -> None:
        """Be there later at once, when `meanwhile` is done; a renewal waits for `tick`."""
        if seconds < _LONG:
            self.naps.append(seconds)
            self.now += seconds
            await (self.meanwhile() if self.meanwhile is not None else asyncio.sleep(0))
            return
        await self._ticks.wait()
        self._ticks.clear()

    def tick(self, seconds: float = _LONG) -> None:
        """Let time pass, and renewals come due."""
        self.now += seconds
        self._ticks.set()

    @property
    def timing(self) -> Timing:
        """The timing of this clock, without chance."""
        return Timing(sleep=self.sleep, clock=lambda: self.now, chance=lambda: 1.0)


@dataclass(slots=True)
class Heard:
    """What was told while waiting."""

    notices: list[Notice] = field(default_factory=list)

    def __call__(self, notice: Notice) -> None:
        self.notices.append(notice)


def terms(
    clock: Clock, holder: Holder = ADA, *, patience: float = 0.0, heard: Heard | None = None
) -> Terms:
    """Terms of a run that waits for so many seconds."""
    return Terms(holder=holder, patience=patience, hear=heard or Heard(), timing=clock.timing)


def dead(who: str = "bob") -> Holder:
    """A process of this machine that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return replace(this_process(who, None), pid=process.pid)


def elsewhere(who: str = "eve") -> Holder:
    """A process of another machine."""
    return replace(this_process(who, None), host="elsewhere", boot="another")


def forget_leases() -> None:
    """Do what a server does that is started anew: the slots stay taken, the leases are gone."""
    from prefect.server.concurrency.lease_storage import (
        get_concurrency_lease_storage,
    )

    storage: Any = get_concurrency_lease_storage()
    storage.leases.clear()
    storage.expirations.clear()
