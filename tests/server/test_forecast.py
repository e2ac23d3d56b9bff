"""What a plan says of the requests of its apply is what the server gets."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from compiler.desired.json import Json
from compiler.diagnostics import Report
from compiler.plan.build import Allowed
from compiler.plan.selection import EVERYTHING, parse_selection
from tests.support.builders import ELSEWHERE
from tests.support.compiling import compiled
from tests.support.prefect_server import PrefectServer
from tests.support.rounds import ANYTHING, Rounds, rounds_on

pytestmark = pytest.mark.server

FLOWS = '''
from prefect import flow

@flow
def etl(rows: int = 1):
    """Load."""

@flow
def report():
    """Tell."""
'''
Deployment = dict[str, Any]
NIGHT: Json = {"slug": "night", "cron": "0 3 * * *"}
NOON: Json = {"slug": "noon", "cron": "0 12 * * *"}
CAPPED: Json = {"slug": "capped", "interval": 3600, "max_scheduled_runs": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A stack on a server, applied by plans that say how many requests they take."""

    folder: Path
    rounds: Rounds

    async def apply(self, *, stack: str = "shop", select: str | None = None, **file: Any) -> None:
        """Apply a file."""
        desired, report = compiled(self.folder, {"stack": stack, **file}), Report()
        chosen = parse_selection((select,), (), report) if select else EVERYTHING
        done = await self.rounds.apply(desired, ANYTHING, chosen)
        assert done.plan.requests == done.counted, list(map(str, self.rounds.recorder.calls))


@pytest.fixture
async def stack(tmp_path: Path, server: PrefectServer) -> AsyncIterator[Stack]:
    """A stack that nobody has applied yet."""
    (tmp_path / "flows.py").write_text(FLOWS)
    rounds = rounds_on(server)
    async with rounds.http:
        yield Stack(folder=tmp_path, rounds=rounds)


def etl(name: str, **fields: Any) -> Deployment:
    return {"name": name, "entrypoint": "flows.py:etl", **fields}


def report(name: str, **fields: Any) -> Deployment:
    return {"name": name, "entrypoint": "flows.py:report", **fields}


def pool(name: str, *queues: Json, **fields: Any) -> dict[str, Any]:
    return {"name": name, "work_queues": list(queues), **fields}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([etl("a")], [etl("a")], id="nothing new"),
        pytest.param([], [etl("a"), etl("b"), report("c")], id="one request for each flow"),
        pytest.param([], [etl("a", schedules=[NIGHT, CAPPED])], id="a capped schedule"),
        pytest.param([etl("a")], [etl("a", tags=["x"])], id="a tag, nothing scheduled"),
        pytest.param(
            [etl("a", schedules=[NIGHT])], [etl("a", schedules=[NIGHT], tags=["x"])], id="a tag"
        ),
        pytest.param(
            [etl("a", schedules=[NIGHT, NOON])],
            [etl("a", schedules=[{**NIGHT, "cron": "1 3 * * *"}, CAPPED])],  # type: ignore[dict-item]  # a mapping
            id="schedules edited, removed and added",
        ),
        pytest.param(
            [etl("a", schedules=[NIGHT])], [etl("a", schedules=[])], id="the last schedule goes"
        ),
        pytest.param(
            [etl("a", schedules=[NIGHT])],
            [etl("a", schedules=[NIGHT], paused=True)],
            id="what is paused has no runs",
        ),
        pytest.param([etl("a"), etl("b")], [etl("b")], id="one goes"),
        pytest.param([etl("a")], [etl("b", renamed_from="a")], id="renamed"),
        pytest.param([etl("a", paused=True)], [etl("b", renamed_from="a")], id="renamed, paused"),
        pytest.param([etl("a")], [etl("a", protect=True)], id="protected"),
        pytest.param(
            [etl("a", concurrency_limit=1)], [etl("a", concurrency_limit=2)], id="a limit"
        ),
    ],
)
async def test_of_deployments(
    before: list[Deployment], after: list[Deployment], stack: Stack
) -> None:
    await stack.apply(deployments=before)

    await stack.apply(deployments=after)
    await stack.apply(deployments=after)


HIGH: Json = {"name": "high", "priority": 1}
LOW: Json = {"name": "low", "priority": 2}
LAST: Json = {"name": "last"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param([], [pool("p")], id="made"),
        pytest.param([], [pool("p", HIGH, LOW, LAST)], id="made with queues"),
        pytest.param([], [pool("p", {"name": "default", "priority": 3}, LAST)], id="the default"),
        pytest.param([pool("p", HIGH)], [pool("p", HIGH, description="x")], id="changed"),
        pytest.param(
            [pool("p", HIGH, LOW)],
            [pool("p", {"name": "high", "priority": 2}, {"name": "low", "priority": 1})],
            id="turned",
        ),
        pytest.param(
            [pool("p", HIGH, LOW, LAST), pool("q", LAST)],
            [pool("p", LOW, LAST, {"name": "new", "priority": 1})],
            id="moved on and gone",
        ),
    ],
)
async def test_of_pools(before: list[Any], after: list[Any], stack: Stack) -> None:
    await stack.apply(work_pools=before)

    await stack.apply(work_pools=after)
    await stack.apply(work_pools=after)


async def test_of_queues_that_somebody_else_made(stack: Stack) -> None:
    await stack.apply(work_pools=[pool("p", HIGH)])
    for number in range(3):
        await stack.rounds.client.create_work_queue(
            "p", {"name": f"theirs-{number}", "priority": 1}
        )

    await stack.apply(work_pools=[pool("p", HIGH, LOW)])


async def test_of_the_first_ledger_of_a_server_and_of_others(stack: Stack) -> None:
    await stack.apply(deployments=[etl("a")])
    await stack.apply(stack="other", deployments=[etl("b")])
    await stack.apply(stack="third", deployments=[])


async def test_of_a_limit_that_others_share(stack: Stack) -> None:
    await stack.apply(deployments=[etl("a", schedules=[NIGHT]), etl("b")])
    await share_limit(stack)

    await stack.apply(deployments=[etl("a", schedules=[NIGHT], concurrency_limit=2), etl("b")])
    await share_limit(stack)
    await stack.apply(deployments=[etl("b")])


async def share_limit(stack: Stack) -> None:
    """Put the deployment a under a limit of its server."""
    body = {"name": "shared", "limit": 5, "active": True}
    await stack.rounds.http.post("/v2/concurrency_limits/", json=body)
    limit = (await stack.rounds.http.get("/v2/concurrency_limits/shared")).json()["id"]
    (one,) = await stack.rounds.client.deployments({"deployments": {"name": {"any_": ["a"]}}})
    await stack.rounds.client.update_deployment(one.id, {"global_concurrency_limit_id": limit})


async def test_of_many(stack: Stack) -> None:
    await stack.apply(deployments=[etl(f"d{number}") for number in range(201)])

    await stack.apply(deployments=[etl(f"d{number}", tags=["x"]) for number in range(201)])


async def test_of_a_part(stack: Stack) -> None:
    await stack.apply(deployments=[etl("a"), report("b")])

    await stack.apply(
        select="name:etl/a", deployments=[etl("a", tags=["x"]), report("b", tags=["x"])]
    )


async def test_of_taking_over(stack: Stack, server: PrefectServer) -> None:
    desired = compiled(stack.folder, {"stack": "shop", "deployments": [etl("a")]})
    elsewhere = rounds_on(server, ELSEWHERE)
    async with elsewhere.http:
        await elsewhere.apply(desired)

    await stack.apply(deployments=[etl("a")])


async def test_of_moving_from_another_stack(stack: Stack) -> None:
    file: dict[str, Any] = {"deployments": [etl("a"), etl("b")], "work_pools": [pool("p", HIGH)]}
    await stack.apply(stack="other", **file)
    desired = compiled(stack.folder, {"stack": "shop", **file})

    done = await stack.rounds.apply(desired, Allowed(only_adopt=True, from_stack="other"))

    assert len(done.plan.actions) == 4
    assert done.plan.requests == done.counted, list(map(str, stack.rounds.recorder.calls))
    await stack.apply(**file)
