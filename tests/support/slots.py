"""Applies aimed at the moments at which schedules fire, and what became of those moments.

Several stacks share a server; each has a deployment that fires every ten seconds, and each
of its applies begins just before. In every other stack somebody begins the runs that are due.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from compiler.desired.address import Kind
from compiler.plan.build import Plan
from reconciler.api.connect import connect
from tests.support.compiling import compiled
from tests.support.recording import Recorder
from tests.support.rounds import ORDINARY, Rounds

EVERY = timedelta(seconds=10)
_LONGEST_LEAD = 1.2  # seconds before the slot at which an apply begins
Document = dict[str, Any]
_FLOW = """
from prefect import flow

@flow(name="{name}")
def etl(rows: int = 1):
    pass
"""


def _beat(document: Document) -> Document:
    """The deployment that fires."""
    beat: Document = document["deployments"][0]
    return beat


def _others(document: Document) -> list[Document]:
    """The schedules of that deployment that do not fire meanwhile."""
    others: list[Document] = _beat(document)["schedules"][1:]
    return others


def tag(document: Document, number: int) -> None:
    """Another tag."""
    _beat(document)["tags"] = [f"t{number}"]


def parameter(document: Document, number: int) -> None:
    """Another value of a parameter."""
    _beat(document)["parameters"] = {"rows": number}


def added(document: Document, number: int) -> None:
    """A schedule more."""
    _beat(document)["schedules"].append({"slug": f"s{number}", "cron": "0 3 1 1 *"})


def edited(document: Document, number: int) -> None:
    """Other times of another schedule."""
    for each in _others(document)[:1]:
        each["cron"] = f"{number % 60} 4 1 1 *"


def switched(document: Document, number: int) -> None:
    """Another schedule on or off."""
    for each in _others(document)[:1]:
        each["active"] = number % 2 == 0


def removed(document: Document, number: int) -> None:
    """A schedule less."""
    del number
    del _beat(document)["schedules"][1:2]


def its_own(document: Document, number: int) -> None:
    """Other parameters of the schedule that fires."""
    _beat(document)["schedules"][0]["parameters"] = {"rows": number}


def slug(document: Document, number: int) -> None:
    """Another name of the schedule that fires."""
    _beat(document)["schedules"][0]["slug"] = f"beat-{number}"


def renamed(document: Document, number: int) -> None:
    """Another name of the deployment."""
    beat = _beat(document)
    beat["renamed_from"], beat["name"] = beat["name"], f"d{number}"


def moved(document: Document, number: int) -> None:
    """Another pool."""
    _beat(document)["work_pool"] = {"name": ("one", "two")[number % 2]}


def limited(document: Document, number: int) -> None:
    """Another limit."""
    _beat(document)["concurrency_limit"] = number % 3 + 1


def neighbor(document: Document, number: int) -> None:
    """A deployment beside it comes, and the one that came before goes."""
    document["deployments"][1:] = [{"name": f"n{number}", "entrypoint": "flows.py:etl"}]


def everything(document: Document, number: int) -> None:
    """Much at once."""
    for change in (removed, tag, edited, added, its_own, limited):
        change(document, number)


CHANGES: tuple[Callable[[Document, int], None], ...] = (
    tag,
    added,
    parameter,
    edited,
    renamed,
    switched,
    added,
    removed,
    its_own,
    neighbor,
    slug,
    moved,
    limited,
    removed,
    everything,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """How many slots were looked at, and those that have no run, or more than one."""

    applies: int
    slots: int
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    aimed: Counter[str] = field(default_factory=Counter)


async def aim(
    url: str, folder: Path, *, stacks: int, applies: int, seed: int, first: int = 0
) -> Slots:
    """Apply so many changes to each of so many stacks, and look at every slot meanwhile."""
    plays = [
        _play(_Stack(url, folder / f"s{number}", number, stacks), applies, seed + number, first)
        for number in range(stacks)
    ]
    found = await asyncio.gather(*plays)
    return Slots(
        applies=stacks * applies,
        slots=sum(each.slots for each in found),
        lost=tuple(one for each in found for one in each.lost),
        doubled=tuple(one for each in found for one in each.doubled),
        aimed=sum((each.aimed for each in found), start=Counter()),
    )


class _Stack:
    """One stack, its files and its place in the ten seconds."""

    def __init__(self, url: str, folder: Path, number: int, of: int) -> None:
        self.number = number
        self.folder = folder
        self.flow = f"beat-{number}"
        self.anchor = datetime(2026, 1, 1, tzinfo=UTC) + EVERY * number / of
        recorder = Recorder(httpx.AsyncHTTPTransport(retries=0))
        self.rounds = Rounds(connect(url, transport=recorder), recorder)
        self.document: Document = {
            "stack": f"slots-{number}",
            "work_pools": [{"name": f"{name}-{number}"} for name in ("one", "two")],
            "deployments": [
                {
                    "name": "d",
                    "entrypoint": "flows.py:etl",
                    "schedules": [
                        {"slug": "beat", "interval": 10, "anchor_date": self.anchor.isoformat()}
                    ],
                }
            ],
        }
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "flows.py").write_text(_FLOW.format(name=self.flow), encoding="utf-8")

    def compiled(self, document: Document) -> Any:
        """The desired state of a document, with names of pools that are the stack's own."""
        named = deepcopy(document)
        for each in named["deployments"]:
            if "work_pool" in each:
                each["work_pool"]["name"] += f"-{self.number}"
        return compiled(self.folder, named)

    def next_slot(self) -> datetime:
        """The next moment at which it fires that is some way off."""
        now = datetime.now(UTC) + timedelta(seconds=_LONGEST_LEAD + 0.5)
        return self.anchor + EVERY * ((now - self.anchor) // EVERY + 1)

    async def ask(self, path: str, body: Document) -> httpx.Response:
        """Ask as long as it takes: a busy server is not what is tried here."""
        while True:
            with suppress(httpx.TimeoutException):
                return await self.rounds.http.post(path, json=body)

    async def runs(self, **flow_runs: object) -> list[dict[str, Any]]:
        """Its runs, whatever deployment made them."""
        found: list[dict[str, Any]] = []
        while True:
            answer = await self.ask(
                "/flow_runs/filter",
                {
                    "flows": {"name": {"any_": [self.flow]}},
                    "flow_runs": flow_runs,
                    "offset": len(found),
                    "sort": "EXPECTED_START_TIME_ASC",
                },
            )
            some = answer.raise_for_status().json()
            found += some
            if len(some) < 200:
                return found


async def _play(stack: _Stack, applies: int, seed: int, first: int) -> Slots:
    async with stack.rounds.http:
        await stack.rounds.apply(stack.compiled(stack.document))
        await _schedule(stack)
        begun = stack.next_slot()
        ended = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            if stack.number % 2:
                tasks.create_task(_begin_what_is_due(stack, ended))
            aimed = await _apply_each(stack, applies, random.Random(seed), first)
            await asyncio.sleep(EVERY.total_seconds() / 2)
            ended.set()
        return await _looked_at(stack, begun, datetime.now(UTC), aimed)


async def _schedule(stack: _Stack) -> None:
    """Ask for the first runs, rather than wait for the scheduler."""
    found = await stack.rounds.client.deployments({"flows": {"name": {"any_": [stack.flow]}}})
    await stack.rounds.client.schedule_runs(found[0].id, datetime.now(UTC))


async def _apply_each(
    stack: _Stack, applies: int, chance: random.Random, first: int
) -> Counter[str]:
    aimed: Counter[str] = Counter()
    for number in range(applies):
        change = CHANGES[(first + number + stack.number * 4) % len(CHANGES)]
        document = deepcopy(stack.document)
        change(document, number + 1)
        desired = stack.compiled(document)
        slot = stack.next_slot()
        await _sleep_until(slot - timedelta(seconds=chance.uniform(0.0, _LONGEST_LEAD)))
        done = await stack.rounds.apply(desired, ORDINARY)
        aimed[change.__name__ if _writes(done.plan) else "nothing"] += 1
        beat = document["deployments"][0]
        beat.pop("renamed_from", None)
        stack.document = document
    return aimed


def _writes(plan: Plan) -> bool:
    return any(each.address.kind is Kind.DEPLOYMENT for each in plan.actions)


async def _sleep_until(moment: datetime) -> None:
    await asyncio.sleep(max(0.0, (moment - datetime.now(UTC)).total_seconds()))


async def _begin_what_is_due(stack: _Stack, ended: asyncio.Event) -> None:
    """What workers do, as far as the server sees it."""
    while not ended.is_set():
        now = datetime.now(UTC).isoformat()
        due = await stack.runs(
            state={"type": {"any_": ["SCHEDULED"]}}, expected_start_time={"before_": now}
        )
        for run in due:
            for state in ("PENDING", "RUNNING", "COMPLETED"):
                path = f"/flow_runs/{run['id']}/set_state"
                answer = await stack.ask(path, {"state": {"type": state}})
                if answer.status_code == 404:  # dropped meanwhile
                    break
        await asyncio.sleep(0.3)


async def _looked_at(stack: _Stack, begun: datetime, until: datetime, aimed: Counter[str]) -> Slots:
    """Every slot from the first that was aimed at, so far as it is past."""
    runs = await stack.runs(expected_start_time={"after_": (begun - EVERY / 2).isoformat()})
    made = Counter(datetime.fromisoformat(run["expected_start_time"]) for run in runs)
    slots = list(_between(begun, until))
    return Slots(
        applies=0,
        slots=len(slots),
        lost=tuple(_told(stack, each) for each in slots if made[each] == 0),
        doubled=tuple(_told(stack, each) for each in slots if made[each] > 1),
        aimed=aimed,
    )


def _between(begun: datetime, until: datetime) -> Iterable[datetime]:
    while begun < until:
        yield begun
        begun += EVERY


def _told(stack: _Stack, slot: datetime) -> str:
    return f"{stack.flow} at {slot:%H:%M:%S.%f}"
