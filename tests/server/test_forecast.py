"""What a plan says of the requests of its apply is what the server gets."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from compiler.desired.json import Json
from compiler.diagnostics import Report
from compiler.plan.build import Allowed
from compiler.plan.requests import RequestCount
from compiler.plan.selection import EVERYTHING, parse_selection
from reconciler import pipeline
from reconciler.api.client import PrefectClient
from tests.support.builders import ELSEWHERE, ORIGIN, STAMP
from tests.support.compiling import compiled
from tests.support.prefect_server import PrefectServer
from tests.support.recording import Recorder

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


class Stack:
    """A stack on a server, and a count of what an apply of it asks for."""

    def __init__(self, folder: Path, server: PrefectServer) -> None:
        (folder / "flows.py").write_text(FLOWS)
        self.folder = folder
        self.recorder = Recorder(server.transport)
        self.http = server.connect(self.recorder)
        self.client = PrefectClient(self.http)

    async def apply(self, *, stack: str = "shop", select: str | None = None, **file: Any) -> None:
        """Apply a file, by a plan that says how many requests it takes."""
        desired, report = compiled(self.folder, {"stack": stack, **file}), Report()
        chosen = parse_selection((select,), (), report) if select else EVERYTHING
        allowed = Allowed(adopt=True, force=True, take_over=True)
        planned = await pipeline.plan(
            desired, self.client, ORIGIN, allowed=allowed, selection=chosen, report=report
        )
        assert not report.has_errors, [each.message for each in report]
        self.recorder.calls.clear()
        done = await pipeline.apply(planned, desired, self.client, STAMP, report=report)
        assert done.all_done, [each.message for each in report]
        assert planned.requests == counted(self.recorder), list(map(str, self.recorder.calls))


def counted(recorder: Recorder) -> RequestCount:
    """What was asked for and answered: a busy database is asked again."""
    calls = [call for call in recorder.calls if call.status is not None and call.status < 500]
    roles = [call.role.value for call in calls]
    return RequestCount(
        writes=roles.count("write"),
        housekeeping=roles.count("housekeeping"),
        reads=roles.count("read"),
    )


@pytest.fixture
async def stack(tmp_path: Path, server: PrefectServer) -> AsyncIterator[Stack]:
    """A stack that nobody has applied yet."""
    made = Stack(tmp_path, server)
    async with made.http:
        yield made


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
        await stack.client.create_work_queue("p", {"name": f"theirs-{number}", "priority": 1})

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
    await stack.http.post("/v2/concurrency_limits/", json=body)
    limit = (await stack.http.get("/v2/concurrency_limits/shared")).json()["id"]
    (one,) = await stack.client.deployments({"deployments": {"name": {"any_": ["a"]}}})
    await stack.client.update_deployment(one.id, {"global_concurrency_limit_id": limit})


async def test_of_many(stack: Stack) -> None:
    await stack.apply(deployments=[etl(f"d{number}") for number in range(201)])

    await stack.apply(deployments=[etl(f"d{number}", tags=["x"]) for number in range(201)])


async def test_of_a_part(stack: Stack) -> None:
    await stack.apply(deployments=[etl("a"), report("b")])

    await stack.apply(
        select="name:etl/a", deployments=[etl("a", tags=["x"]), report("b", tags=["x"])]
    )


async def test_of_taking_over(stack: Stack) -> None:
    desired = compiled(stack.folder, {"stack": "shop", "deployments": [etl("a")]})
    allowed, found = Allowed(), Report()
    planned = await pipeline.plan(desired, stack.client, ELSEWHERE, allowed=allowed, report=found)
    await pipeline.apply(planned, desired, stack.client, STAMP, report=found)

    await stack.apply(deployments=[etl("a")])
