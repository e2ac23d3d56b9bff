"""`deploy -f prefect.yaml` leaves a server as `prefect deploy --all` leaves it.

Both are run on the same files against the same real server, one after the other.
What may differ is written down in `comparable` (tests/support/as_prefect.py), and nothing else may.
"""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.as_prefect import automations, differences, prepare, run, snapshot
from tests.support.live_server import LiveServer

pytestmark = [
    pytest.mark.server,
    pytest.mark.slow,
    pytest.mark.own_prefect(
        "what it is compared with is the command of this environment's Prefect"
    ),
]
PROJECT = Path(__file__).parent / "as_prefect"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "flows-project"
    shutil.copytree(PROJECT, folder)
    return folder


@pytest.fixture
def api(live_server: LiveServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=live_server.url, timeout=60) as client:
        yield client


def test_everything_that_real_files_have(
    live_server: LiveServer, project: Path, api: httpx.Client
) -> None:
    prepare(api)
    run([sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"], live_server, project)
    theirs, their_automations = snapshot(api), automations(api)
    live_server.wipe()
    prepare(api)

    run([sys.executable, "-m", "deploy", "-f", "prefect.yaml"], live_server, project)

    assert automations(api) == their_automations
    assert len(their_automations) == 4
    assert differences(snapshot(api), with_references(theirs)) == {}
    assert len(theirs) == 4


@pytest.mark.parametrize("recipe", ["local", "git", "docker"])
def test_a_file_that_prefect_init_writes(
    recipe: str, live_server: LiveServer, tmp_path: Path, api: httpx.Client
) -> None:
    shutil.copytree(PROJECT / "flows", tmp_path / "flows")
    write_recipe(recipe, tmp_path)
    prepare(api)
    run([sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"], live_server, tmp_path)
    theirs = snapshot(api)
    live_server.wipe()
    prepare(api)

    run(
        [sys.executable, "-m", "deploy", "-f", "prefect.yaml", "--stack", "x"],
        live_server,
        tmp_path,
    )

    assert differences(snapshot(api), theirs) == {}
    assert list(theirs) == ["etl-orders/mine"]


def write_recipe(recipe: str, folder: Path) -> None:
    """Prefect's own recipe as `prefect init` lays it out, with one deployment filled in."""
    import prefect

    source = Path(prefect.__file__).parent / "deployments" / "recipes" / recipe / "prefect.yaml"
    text = source.read_text(encoding="utf-8")
    text = text.replace("{{ repository }}", "https://example.com/x.git")
    text = text.replace("{{ branch }}", "main").replace("{{ directory }}", "/srv/flows")
    head = text.partition("deployments:")[0]
    lines = [line for line in head.splitlines() if not line.startswith(("build", "push", " "))]
    pull = text.partition("pull:")[2].partition("deployments:")[0]
    body = text.partition("deployments:")[2]
    filled = (
        "  - name: mine\n    entrypoint: flows/etl.py:etl_orders\n    tags: []\n"
        "    description: null\n    version: null\n    schedule: {}\n    parameters: {}\n"
        "    work_pool: {name: local, work_queue_name: null, job_variables: {}}\n"
    )
    kept = "\n".join(line for line in lines if not line.startswith("pull"))
    (folder / "prefect.yaml").write_text(
        f"{kept}\nbuild: null\npush: null\npull:{pull}deployments:{body.rstrip()}\n{filled}",
        encoding="utf-8",
    )


def with_references(theirs: dict[str, Any]) -> dict[str, Any]:
    """Prefect writes a variable's value into job variables; we leave the reference to workers."""
    report = theirs["data-report/nightly"]
    assert report["job_variables"]["networks"] == ["shop-net"]
    networks = ["{{ prefect.variables.network }}"]
    report = {**report, "job_variables": {**report["job_variables"], "networks": networks}}
    return {**theirs, "data-report/nightly": report}
