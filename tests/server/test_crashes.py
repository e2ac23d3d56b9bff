"""Killed at any request, or answered with anything but an answer: the end is the same.

A process that dies before a request, or after one that only reads, leaves what one
leaves that dies after the last request that did something; so each sweep kills
after every one of those.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import httpx
import pytest

from compiler import Request, compile_project
from compiler.desired.resources import DesiredState
from compiler.diagnostics import Report
from compiler.plan.build import Allowed, Plan
from compiler.state.ledger import Origin
from reconciler import ledger, pipeline
from reconciler.api.client import PrefectClient
from reconciler.api.connect import connect
from tests.support.builders import STAMP
from tests.support.faults import (
    Fault,
    Faults,
    Killed,
    Rule,
    answer,
    kill_after,
    lose_the_answer,
)
from tests.support.prefect_server import PrefectServer
from tests.support.recording import Role, noted
from tests.support.stage import FLOWS

pytestmark = [pytest.mark.server, pytest.mark.slow]

BEFORE = """
    stack: small
    work_pools:
      - {name: ours, type: process, work_queues: [{name: fast, priority: 1}]}
    deployments:
      - name: nightly
        entrypoint: flows.py:load
        schedules: [{slug: night, cron: "0 3 * * *"}, {slug: noon, cron: "0 12 * * *"}]
        work_pool: {name: ours, work_queue_name: fast}
        triggers: [{expect: [shop.closed]}]
      - {name: weekly, entrypoint: flows.py:report}
    automations:
      - name: stop
        trigger: {expect: [shop.closed]}
        actions: [{type: pause-deployment, deployment: nightly}]
"""
AFTER = """
    stack: small
    work_pools:
      - {name: ours, type: process, description: Ours., work_queues: [{name: fast, priority: 1}]}
    deployments:
      - name: nightly
        entrypoint: flows.py:load
        tags: [big]
        schedules: [{slug: night, cron: "0 4 * * *"}, {slug: dawn, cron: "0 6 * * *"}]
        work_pool: {name: ours, work_queue_name: fast}
        triggers: [{expect: [shop.opened]}]
      - {name: monthly, entrypoint: flows.py:report}
    automations:
      - name: start
        trigger: {expect: [shop.opened]}
        actions: [{type: resume-deployment, deployment: monthly}]
"""
ORIGIN = Origin(remote=None, files=("deploy.yaml",))
_MANY = 80  # more requests than any of these applies makes


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A plan, and whether all of it was done."""

    plan: Plan
    all_done: bool


@pytest.fixture
def compiled(tmp_path: Path) -> Callable[[str], DesiredState]:
    (tmp_path / "flows.py").write_text(FLOWS, encoding="utf-8")

    def compile_text(text: str) -> DesiredState:
        (tmp_path / "deploy.yaml").write_text(dedent(text), encoding="utf-8")
        found = compile_project(Request(files=(tmp_path,), base=tmp_path))
        assert found.desired is not None, list(found.report)
        return found.desired

    return compile_text


async def run(
    server: PrefectServer, desired: DesiredState, rule: Rule | None = None, *, naps: list[float]
) -> Ended:
    """Plan and apply, with faults if there is a rule for them; sleeps are only noted."""

    async def nap(seconds: float) -> None:
        naps.append(seconds)

    transport = Faults(server.transport, rule) if rule is not None else server.transport
    async with connect(server.url, transport=transport, sleep=nap) as http:
        client, report = PrefectClient(http), Report()
        plan = await pipeline.plan(desired, client, ORIGIN, allowed=Allowed(), report=report)
        assert not report.has_errors, list(report)
        outcomes = await pipeline.apply(plan, desired, client, STAMP, report=report)
        assert not report.has_errors, list(report)
        return Ended(plan=plan, all_done=outcomes.all_done)


async def settled(server: PrefectServer, desired: DesiredState) -> dict[str, Any]:
    """What is there after the next run, which has to leave nothing to do."""
    await server.quiet()
    again = await run(server, desired, naps=[])
    assert again.all_done
    last = await run(server, desired, naps=[])
    assert last.plan.is_empty, last.plan.actions
    return await contents(server)


async def contents(server: PrefectServer) -> dict[str, Any]:
    """Names of everything there, what each holds, and what the stack knows to be its own."""
    async with server.connect() as http:
        deployments = (await http.post("/deployments/filter", json={})).json()
        pools = (await http.post("/work_pools/filter", json={})).json()
        queues = (await http.post("/work_pools/ours/queues/filter", json={})).json()
        automations = (await http.post("/automations/filter", json={})).json()
        remembered = await ledger.load(PrefectClient(http), "small")
    assert remembered is not None
    ids = {each["id"] for each in (*deployments, *pools, *queues, *automations)}
    names = {each["id"]: each["name"] for each in deployments}
    return {
        "deployments": {
            each["name"]: (
                sorted(each["tags"]),
                sorted((one["slug"], one["schedule"]["cron"]) for one in each["schedules"]),
                each["work_queue_name"],
            )
            for each in deployments
        },
        "automations": [
            (each["name"], each["trigger"]["expect"], names[each["actions"][0]["deployment_id"]])
            for each in automations
        ],
        "pools": [(each["name"], each["description"]) for each in pools],
        "queues": sorted((each["name"], each["priority"]) for each in queues),
        "known by id": ids & set(remembered.ids.values()) == ids - default_queues(queues),
    }


def default_queues(queues: list[dict[str, Any]]) -> set[str]:
    """Ids of those that come and go with their pool, and need no memory."""
    return {each["id"] for each in queues if each["name"] == "default"}


async def test_a_first_apply_killed_anywhere_converges(
    server: PrefectServer, compiled: Callable[[str], DesiredState]
) -> None:
    desired = compiled(BEFORE)
    await run(server, desired, naps=[])
    undisturbed = await contents(server)

    left: dict[int, dict[str, Any]] = {}
    for number in range(1, _MANY):
        server.wipe()
        try:
            await run(server, desired, killed_after(number), naps=[])
        except (Killed, BaseExceptionGroup):
            left[number] = await settled(server, desired)
        else:
            break

    assert len(left) > 8
    assert left == dict.fromkeys(left, undisturbed)


async def test_an_edit_killed_anywhere_converges(
    server: PrefectServer, compiled: Callable[[str], DesiredState]
) -> None:
    first, second = compiled(BEFORE), compiled(AFTER)
    await run(server, first, naps=[])
    await run(server, second, naps=[])
    undisturbed = await contents(server)

    left: dict[int, dict[str, Any]] = {}
    for number in range(1, _MANY):
        server.wipe()
        await run(server, first, naps=[])
        try:
            await run(server, second, killed_after(number), naps=[])
        except (Killed, BaseExceptionGroup):
            left[number] = await settled(server, second)
        else:
            break

    assert len(left) > 8
    assert left == dict.fromkeys(left, undisturbed)


async def test_what_was_deleted_by_hand_and_made_again_is_owned(
    server: PrefectServer, compiled: Callable[[str], DesiredState]
) -> None:
    desired = compiled(BEFORE)
    await run(server, desired, naps=[])
    async with server.connect() as http:
        (await http.delete("/work_pools/ours")).raise_for_status()

    def rule(_: int, request: httpx.Request) -> Fault | None:
        made = (request.method, request.url.path) == ("POST", "/api/work_pools/")
        return kill_after if made else None

    with pytest.raises((Killed, BaseExceptionGroup)):
        await run(server, desired, rule, naps=[])

    found = await settled(server, desired)
    assert found["known by id"]
    assert [name for name, _ in found["pools"]] == ["ours"]


async def test_what_is_gone_is_forgotten(
    server: PrefectServer, compiled: Callable[[str], DesiredState]
) -> None:
    first, second = compiled(BEFORE), compiled(AFTER)
    await run(server, first, naps=[])

    with pytest.raises((Killed, BaseExceptionGroup)):
        await run(server, second, deleted(), naps=[])
    await settled(server, second)
    await run(server, compiled(AFTER.replace("tags: [big]", "tags: [bigger]")), naps=[])

    async with server.connect() as http:
        remembered = await ledger.load(PrefectClient(http), "small")
    assert remembered is not None
    assert "deployment/report/weekly" not in set(map(str, remembered.ids))


def deleted() -> Rule:
    """Kill when the deployment that left the file is gone."""
    path = re.compile(r"/api/deployments/[^/]+")
    return lambda _, request: (
        kill_after if request.method == "DELETE" and path.fullmatch(request.url.path) else None
    )


def killed_after(number: int) -> Rule:
    """End the process after the `number`th request that is not a read."""
    seen = iter(range(1, number + 1))

    def rule(_: int, request: httpx.Request) -> Fault | None:
        return kill_after if not is_read(request) and next(seen, None) == number else None

    return rule


def is_read(request: httpx.Request) -> bool:
    call = noted(request.method, request.url.path, body=request.content, status=None)
    return call.role is Role.READ


def first_time(fault: Fault) -> Rule:
    """Make every request that is not a read fail once, and its repetition not."""
    seen: set[tuple[str, str, bytes]] = set()

    def rule(_: int, request: httpx.Request) -> Fault | None:
        key = (request.method, request.url.path, request.content)
        if is_read(request) or key in seen:
            return None
        seen.add(key)
        return fault

    return rule


@pytest.mark.parametrize(
    "fault",
    [answer(503), answer(429, headers={"Retry-After": "7"}), lose_the_answer],
    ids=["503", "429", "the answer is lost"],
)
async def test_one_run_gets_over_what_passes(
    fault: Fault, server: PrefectServer, compiled: Callable[[str], DesiredState]
) -> None:
    first, second = compiled(BEFORE), compiled(AFTER)

    made = await run(server, first, first_time(fault), naps=[])
    changed = await run(server, second, first_time(fault), naps=[])

    last = await run(server, second, naps=[])
    found = await contents(server)
    assert made.all_done
    assert changed.all_done
    assert last.plan.is_empty, last.plan.actions
    assert set(found["deployments"]) == {"nightly", "monthly"}
    assert found["deployments"]["nightly"][1] == [("dawn", "0 6 * * *"), ("night", "0 4 * * *")]
    assert found["known by id"]


async def test_the_server_says_how_long_to_wait(
    server: PrefectServer, compiled: Callable[[str], DesiredState]
) -> None:
    naps: list[float] = []

    await run(
        server,
        compiled(BEFORE),
        first_time(answer(429, headers={"Retry-After": "7"})),
        naps=naps,
    )

    assert all(5 < nap < 8 for nap in naps), naps  # those who come later wait for the rest
    assert len(naps) > 5
