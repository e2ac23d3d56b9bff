"""Many stacks on one controller, in a time that hurries: what it asks, writes and keeps.

Git is real, over file://, and so is the server.  Only the clock is given: its minutes are
shorter than ours, and nothing else is pretended.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from compiler.diagnostics import start_of
from controller.files import Files
from controller.git import Remotes
from controller.loop import Controller, Pace
from controller.roster import Roster, Stack
from controller.settled import State
from controller.unit import Means
from deploy.views.plan.markdown import render
from reconciler.api.client import PrefectClient
from reconciler.api.trace import Hearer
from reconciler.gitops.refs import Ref, Resolved
from reconciler.gitops.refusal import NotFetched
from tests.support.controlled import FLOW, Bare, bare

T = TypeVar("T")
Opening = Callable[[Hearer], AbstractAsyncContextManager[PrefectClient]]
_INTERVAL, _DRIFT_INTERVAL = 60.0, 300.0
_PAGE = 4096  # bytes
_PATIENCE = 60.0  # seconds for what a machine that is busy is late with


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much there is, for how many minutes, and how many times faster those pass."""

    stacks: int
    each: int
    repositories: int
    minutes: float
    speed: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What came of it.

    `first` are the seconds until everything was there.  Of the minutes after that: `pushed`
    commits and how many were `applied`, requests of a stack and minute by what they are for,
    looks at a repository a minute, bytes at their beginning and at their end.
    """

    first: float
    pushed: int
    applied: int
    in_sync: int
    requests: Mapping[str, float]
    looks: float
    before: int
    after: int


@dataclass(slots=True, kw_only=True)
class Counting:
    """Git, and how often it is asked about a repository."""

    inner: Remotes
    asked: Counter[str] = field(default_factory=Counter)

    def look_up(self, url: str, refs: Collection[Ref]) -> Mapping[Ref, Resolved | NotFetched]:
        """Count, and ask."""
        self.asked[url] += 1
        return self.inner.look_up(url, refs)

    def files(self, stack: Stack, resolved: Resolved) -> AbstractContextManager[Files]:
        """As it is."""
        return self.inner.files(stack, resolved)


class _Clock:
    """The time on the wall, that passes faster."""

    def __init__(self, speed: float) -> None:
        self.speed = speed

    def __call__(self) -> float:
        return time.monotonic() * self.speed

    def real(self, seconds: float) -> float:
        return seconds / self.speed


async def play(size: Size, opening: Opening, folder: Path) -> Measured:
    """Bring all stacks into sync, then let the minutes pass, and push into each repository once."""
    repositories = [bare(folder / f"git-{number}") for number in range(size.repositories)]
    stacks = _stacks(size, repositories)
    for repository in repositories:
        repository.push(_files(size, stacks, repository, "first"))
    git = Counting(inner=Remotes(cache=folder / "cache"))
    clock = _Clock(size.speed)
    pace = Pace(clock=clock, real=clock.real)
    roster = Roster(stacks=stacks, host="127.0.0.1", port=0)
    controller = Controller(roster, git, _means(), lambda: opening(controller.metrics), pace)
    running = asyncio.create_task(controller.run())
    begun = time.monotonic()
    await _until(running, lambda: _in_sync(controller) == size.stacks)
    first = time.monotonic() - begun
    requests, looks, before = _requests(controller), git.asked.total(), _resident()
    await _minutes(size, size.minutes / 2)
    idle = {
        role: (number - requests.get(role, 0)) / size.stacks / (size.minutes / 2)
        for role, number in _requests(controller).items()
    }
    looks = git.asked.total() - looks
    commits = {each.url: each.push(_files(size, stacks, each, "second")) for each in repositories}
    await _minutes(size, size.minutes / 2)
    await _within(_PATIENCE, running, lambda: _applied(controller, stacks, commits) == size.stacks)
    after = _resident()
    controller.end()
    await running
    return Measured(
        first=first,
        pushed=size.stacks,
        applied=_applied(controller, stacks, commits),
        in_sync=_in_sync(controller),
        requests=idle,
        looks=looks / size.repositories / (size.minutes / 2),
        before=before,
        after=after,
    )


def _stacks(size: Size, repositories: list[Bare]) -> tuple[Stack, ...]:
    return tuple(
        Stack(
            name=f"stack-{number}",
            repository=repositories[number % size.repositories].url,
            path=f"stack-{number}",
            interval=_INTERVAL,
            drift_interval=_DRIFT_INTERVAL,
            at=start_of("controller.yaml"),
        )
        for number in range(size.stacks)
    )


def _files(
    size: Size, stacks: tuple[Stack, ...], repository: Bare, description: str
) -> dict[str, str]:
    """The files of all stacks of a repository; of each deployment but one nothing ever changes."""
    files = {}
    for stack in (each for each in stacks if each.repository == repository.url):
        listed = "".join(
            f"  - {{name: {stack.name}-{number}, entrypoint: 'flows.py:load', tags: [scale], "
            f"description: {description if number == 0 else 'kept'}, pull: []}}\n"
            for number in range(size.each)
        )
        files[f"{stack.path}/deploy.yaml"] = f"stack: {stack.name}\ndeployments:\n{listed}"
        files[f"{stack.path}/flows.py"] = FLOW
    return files


def _means() -> Means:
    def aside(work: Callable[[], T]) -> Awaitable[T]:
        return asyncio.to_thread(work)

    return Means(who="trial", tool="0", aside=aside, is_at=lambda _: True, render=render)


async def _until(running: "asyncio.Task[None]", is_so: Callable[[], bool]) -> None:
    while not is_so():
        if running.done():
            await running
        await asyncio.sleep(0.1)


async def _within(seconds: float, running: "asyncio.Task[None]", is_so: Callable[[], bool]) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await _until(running, is_so)


def _applied(controller: Controller, stacks: tuple[Stack, ...], commits: Mapping[str, str]) -> int:
    """How many stacks are in sync at the commit of their repository."""
    settled = controller.keeping.settled
    found = [(settled[each.name], commits[each.repository]) for each in stacks]
    return sum(each.is_synced and each.commit == commit for each, commit in found)


async def _minutes(size: Size, minutes: float) -> None:
    await asyncio.sleep(minutes * 60 / size.speed)


def _in_sync(controller: Controller) -> int:
    settled = controller.keeping.settled.values()
    return sum(each.state is State.SYNCED for each in settled)


def _requests(controller: Controller) -> dict[str, float]:
    """How many requests were sent, by what they are for."""
    found: Counter[str] = Counter()
    for metric in controller.metrics.registry.collect():
        for sample in metric.samples:
            if sample.name == "deploy_requests_total":
                found[sample.labels["role"]] += int(sample.value)
    return dict(found)


def _resident() -> int:
    """Bytes of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE
