"""An apply that was killed between a write and the runs that the write dropped."""

from contextlib import suppress
from pathlib import Path

import httpx
import pytest
import yaml

from compiler.desired.resources import DesiredState
from reconciler.api.client import PrefectClient
from tests.support.compiling import compiled
from tests.support.crash_matrix import run
from tests.support.crash_scenario import FLOWS
from tests.support.faults import Fault, Killed, Rule, kill_after
from tests.support.locking import dead
from tests.support.prefect_server import PrefectServer

pytestmark = pytest.mark.server

FILE = """
stack: shop
deployments:
  - name: nightly
    entrypoint: flows.py:load
    tags: [TAG]
    schedules: [{slug: often, cron: "*/10 * * * *"}, {slug: night, cron: "0 3 * * *"}]
  - {name: beside, entrypoint: "flows.py:report", schedules: [{slug: s, cron: "*/7 * * * *"}]}
"""


def state(folder: Path, tag: str) -> DesiredState:
    (folder / "flows.py").write_text(FLOWS, encoding="utf-8")
    return compiled(folder, yaml.safe_load(FILE.replace("TAG", tag)))


def killed_at_the_write() -> Rule:
    """End the process when the deployment has been changed."""

    def rule(_: int, request: httpx.Request) -> Fault | None:
        changes = request.method == "PATCH" and "/deployments/" in request.url.path
        return kill_after if changes else None

    return rule


async def queued(server: PrefectServer) -> dict[str, list[str]]:
    """Ids of the queued runs, by deployment and time."""
    async with server.connect() as http:
        client = PrefectClient(http)
        names = {each.id: each.name for each in await client.deployments({})}
        found: dict[str, list[str]] = {}
        for each in await client.flow_runs({}):
            assert each.deployment_id is not None
            key = f"{names[each.deployment_id]} {each.expected_start_time}"
            found.setdefault(key, []).append(str(each.id))
    return found


async def test_the_next_run_asks_for_the_runs_that_were_dropped(
    server: PrefectServer, tmp_path: Path
) -> None:
    await run(server, state(tmp_path, "a"))
    async with server.connect() as http:
        for each in await PrefectClient(http).deployments({}):
            await http.post(f"/deployments/{each.id}/schedule", json={})
    before = await queued(server)
    with suppress(Killed, BaseExceptionGroup):
        await run(server, state(tmp_path, "b"), killed_at_the_write(), holder=dead())
    await server.quiet()
    meanwhile = await queued(server)

    planned = await run(server, state(tmp_path, "b"))

    after = await queued(server)
    assert (planned.actions, len(planned.resumed)) == ((), 1)
    assert planned.requests.writes == 0
    assert meanwhile.keys() < before.keys()
    assert before.keys() <= after.keys()
    assert all(len(ids) == 1 for ids in after.values())
    assert {key: after[key] for key in meanwhile} == meanwhile
    assert (await run(server, state(tmp_path, "b"))).is_empty


async def test_a_run_that_ended_leaves_nothing_to_resume(
    server: PrefectServer, tmp_path: Path
) -> None:
    await run(server, state(tmp_path, "a"))

    planned = await run(server, state(tmp_path, "b"))

    assert planned.resumed == ()
    assert not planned.resumes
