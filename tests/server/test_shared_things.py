"""What several deployments share is let go of, never changed or deleted."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from compiler import Request, compile_project
from compiler.desired.resources import DesiredState
from compiler.diagnostics import Report
from compiler.plan.build import Allowed
from compiler.source.sources import Sources
from reconciler import pipeline
from reconciler.api.client import PrefectClient
from tests.support.builders import ORIGIN, STAMP
from tests.support.prefect_server import PrefectServer

pytestmark = pytest.mark.server
FLOW = "from prefect import flow\n\n\n@flow\ndef etl(n: int = 1): ...\n"


def compiled(folder: Path, **fields: Any) -> DesiredState:
    (folder / "f.py").write_text(FLOW)
    deployment = {"name": "d", "entrypoint": "f.py:etl", **fields}
    sources = Sources(folder)
    text = yaml.safe_dump({"stack": "shop", "deployments": [deployment]})
    sources.give(folder / "deploy.yaml", text.encode())
    request = Request(files=(folder / "deploy.yaml",), base=folder)
    done = compile_project(request, sources).desired
    assert done is not None
    return done


async def apply(client: PrefectClient, state: DesiredState) -> None:
    report = Report()
    plan = await pipeline.plan(state, client, ORIGIN, allowed=Allowed(force=True), report=report)
    outcomes = await pipeline.apply(plan, state, client, STAMP, report=report)
    assert outcomes.all_done, list(report)
    again = await pipeline.plan(state, client, ORIGIN, allowed=Allowed(), report=report)
    assert again.is_empty


async def shared_limit(http: httpx.AsyncClient) -> dict[str, Any]:
    """Make a limit that others use, and put the deployment under it by hand."""
    limit = (await http.post("/v2/concurrency_limits/", json={"name": "all", "limit": 10})).json()
    found = (await http.post("/deployments/filter", json={})).json()
    await http.patch(
        f"/deployments/{found[0]['id']}", json={"global_concurrency_limit_id": limit["id"]}
    )
    return dict(limit)


@pytest.mark.parametrize(("declared", "own"), [(2, 2), (10, 10), (None, None)])
async def test_a_shared_limit_stays_what_it_is(
    declared: int | None, own: int | None, server: PrefectServer, tmp_path: Path
) -> None:
    async with server.connect() as http:
        client = PrefectClient(http)
        await apply(client, compiled(tmp_path))
        await shared_limit(http)

        await apply(client, compiled(tmp_path, concurrency_limit=declared))

        kept = (await http.get("/v2/concurrency_limits/all")).json()
        (found,) = (await http.post("/deployments/filter", json={})).json()
        limit = found["global_concurrency_limit"]
        assert kept["limit"] == 10
        assert (limit and limit["limit"]) == own
        assert not limit or limit["name"] != "all"


async def test_a_schedule_that_goes_takes_no_late_run_of_another(
    server: PrefectServer, tmp_path: Path
) -> None:
    both = [{"slug": "a", "interval": 3600}, {"slug": "b", "cron": "0 3 * * *"}]
    async with server.connect() as http:
        client = PrefectClient(http)
        await apply(client, compiled(tmp_path, schedules=both))
        (found,) = (await http.post("/deployments/filter", json={})).json()
        late = datetime.now(UTC) - timedelta(hours=3)
        body = {"start_time": late.isoformat()}
        await http.post(f"/deployments/{found['id']}/schedule", json=body)
        before = await late_runs(http)
        assert len(before) >= 2

        await apply(client, compiled(tmp_path, schedules=both[:1]))

        assert await late_runs(http) == before


async def late_runs(http: httpx.AsyncClient) -> set[str]:
    """When the runs were due that are late now."""
    now = datetime.now(UTC).isoformat()
    chosen = {"flow_runs": {"expected_start_time": {"before_": now}}, "limit": 200}
    return {
        run["expected_start_time"]
        for run in (await http.post("/flow_runs/filter", json=chosen)).json()
    }
