"""A plan reads whole pages, and no more of them than there are."""

from math import ceil
from pathlib import Path
from typing import Any

import pytest

from compiler.desired.resources import DesiredState
from compiler.diagnostics import Report
from reconciler import pipeline
from tests.support.compiling import compiled
from tests.support.prefect_server import PrefectServer
from tests.support.rounds import rounds_on

pytestmark = [pytest.mark.server, pytest.mark.slow]

DEPLOYMENTS, CHANGES = 201, 30
PAGES = ceil(DEPLOYMENTS / 200)


def stack(folder: Path, *, changes: int) -> DesiredState:
    """As many flows as deployments; the first few differ from a file without changes."""
    flows = "".join(f"@flow\ndef flow_{n}(rows: int = 1): ...\n" for n in range(DEPLOYMENTS))
    (folder / "flows.py").write_text(f"from prefect import flow\n{flows}")
    deployments: list[dict[str, Any]] = [
        {
            "name": "nightly",
            "entrypoint": f"flows.py:flow_{n}",
            "parameters": {"rows": 2 if n < changes else 1},
            "schedules": [{"slug": "night", "cron": "0 3 * * *"}],
            "work_pool": {"name": "ours"},
        }
        for n in range(DEPLOYMENTS)
    ]
    pools = [{"name": "ours", "type": "process"}]
    return compiled(folder, {"stack": "shop", "work_pools": pools, "deployments": deployments})


async def test_a_plan_for_many_reads_pages(server: PrefectServer, tmp_path: Path) -> None:
    rounds = rounds_on(server)
    async with rounds.http:
        await rounds.apply(stack(tmp_path, changes=0))
        rounds.recorder.calls.clear()

        report, wanted = Report(), stack(tmp_path, changes=CHANGES)
        planned = await rounds.plan(await pipeline.settle(wanted, rounds.client, report))

    asked = [str(call) for call in rounds.recorder.calls if call.status == 200]
    version, pages_of_pools, pages_of_queued_runs = 1, 1, 1
    assert len(planned.actions) == CHANGES
    the_lock = 1
    most = 4 + version + 2 * PAGES + pages_of_pools + pages_of_queued_runs + the_lock
    assert len(asked) <= most, asked
    assert asked.count("GET /admin/version") <= version  # known from the first apply
    assert list(report) == []
    assert asked.count("POST /deployments/paginate") == PAGES
    assert rounds.recorder.calls.writes_to_owned == []
