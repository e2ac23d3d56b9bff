"""`deploy -f prefect.yaml` leaves a server as `prefect deploy --all` leaves it.

Both are run on the same files against the same real server, one after the other.
What may differ is written down in `_comparable`, and nothing else may.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.environment import without_prefect
from tests.support.live_server import LiveServer

pytestmark = [
    pytest.mark.server,
    pytest.mark.slow,
    pytest.mark.own_prefect(
        "what it is compared with is the command of this environment's Prefect"
    ),
]
PROJECT = Path(__file__).parent / "as_prefect"
ENVIRONMENT = {"STAGE": "prod", "BRANCH": "main"}


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


def run(command: list[str], server: LiveServer, folder: Path) -> None:
    environment = {
        **without_prefect(),
        **ENVIRONMENT,
        "PREFECT_API_URL": server.url,
        "PREFECT_HOME": str(server.home / "cli"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PYTHONPATH": os.pathsep.join((str(folder), str(Path(__file__).parents[2]))),
    }
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def prepare(api: httpx.Client) -> None:
    """What both need on the server: pools, a queue, a secret, a variable."""
    workers = api.get("/collections/views/aggregate-worker-metadata").json()
    templates = {name: each for package in workers.values() for name, each in package.items()}
    for name, kind in (("local", "process"), ("docker", "docker")):
        template = templates[kind]["default_base_job_configuration"]
        body = {"name": name, "type": kind, "base_job_template": template}
        api.post("/work_pools/", json=body).raise_for_status()
    api.post("/work_pools/docker/queues", json={"name": "high"}).raise_for_status()
    api.post("/variables/", json={"name": "network", "value": "shop-net"}).raise_for_status()
    kind = api.get("/block_types/slug/secret").raise_for_status().json()
    chosen = {"block_schemas": {"block_type_id": {"any_": [kind["id"]]}}}
    schema = api.post("/block_schemas/filter", json=chosen).json()[0]
    body = {
        "name": "token",
        "block_type_id": kind["id"],
        "block_schema_id": schema["id"],
        "data": {"value": "hunter2-hunter2"},
    }
    api.post("/block_documents/", json=body).raise_for_status()


def snapshot(api: httpx.Client) -> dict[str, Any]:
    """Every deployment by flow and name, in a form in which the two can be compared."""
    flows = {each["id"]: each["name"] for each in api.post("/flows/filter", json={}).json()}
    found = api.post("/deployments/filter", json={}).json()
    named = {f"{flows[each['flow_id']]}/{each['name']}": _comparable(each) for each in found}
    return dict(sorted(named.items()))


def automations(api: httpx.Client) -> list[dict[str, Any]]:
    """Every automation, without ids and our tag; what is run by its name."""
    deployments = api.post("/deployments/filter", json={}).json()
    names = {each["id"]: each["entrypoint"] for each in deployments}
    found = api.post("/automations/filter", json={}).json()
    kept = [
        {
            **{name: each[name] for name in ("name", "description", "enabled")},
            "trigger": without_ids(each["trigger"]),
            "actions": [
                {**action, "deployment_id": names[action["deployment_id"]]}
                for action in each["actions"]
            ],
            "others": (each["actions_on_trigger"], each["actions_on_resolve"]),
        }
        for each in found
    ]
    return sorted(kept, key=str)


def without_ids(trigger: dict[str, Any]) -> dict[str, Any]:
    """The trigger with its alternatives in order: any of them will do."""
    match = trigger.get("match", {})
    sets = {name: sorted(each) if isinstance(each, list) else each for name, each in match.items()}
    trigger = {**trigger, **({"match": sets} if "match" in trigger else {})}
    kept = {
        name: sorted(value) if name in {"expect", "after", "for_each"} else value
        for name, value in trigger.items()
        if name != "id"
    }
    if "triggers" in kept:
        kept["triggers"] = [without_ids(each) for each in kept["triggers"]]
    return kept


def differences(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """What is not the same, by deployment and field: ours, then theirs."""
    fields = {
        f"{name} {field}": (ours.get(name, {}).get(field), theirs.get(name, {}).get(field))
        for name in {**ours, **theirs}
        for field in {**ours.get(name, {}), **theirs.get(name, {})}
    }
    return {name: both for name, both in fields.items() if both[0] != both[1]}


def _comparable(deployment: dict[str, Any]) -> dict[str, Any]:
    """The deployment without what may differ: our tag, ids, times, and what the server counts."""
    kept = {
        name: value
        for name, value in deployment.items()
        if not name.endswith(("_id", "_at")) and name not in _MAY_DIFFER
    }
    kept["tags"] = [tag for tag in deployment["tags"] if not tag.startswith("deploy:")]
    kept["description"] = None if deployment["description"] == "None" else deployment["description"]
    kept["schedules"] = sorted(map(_schedule, deployment["schedules"]), key=str)
    limit = deployment["global_concurrency_limit"]
    kept["global_concurrency_limit"] = limit and limit["limit"]
    kept["labels"] = sorted(deployment["labels"])
    return kept


_MAY_DIFFER = {"id", "created", "updated", "status", "last_polled", "created_by", "updated_by"}
_DECLARED_ANCHOR = "2026-01-01"


def _schedule(schedule: Mapping[str, Any]) -> dict[str, Any]:
    """A schedule without its ids, a slug that was made up, and an anchor nobody declared."""
    times = dict(schedule["schedule"])
    if not times.get("anchor_date", _DECLARED_ANCHOR).startswith(_DECLARED_ANCHOR):
        del times["anchor_date"]
    slug = schedule["slug"]
    return {
        "schedule": times,
        "active": schedule["active"],
        "parameters": schedule["parameters"],
        "slug": None if (slug or "").startswith("schedule-") else slug,
    }


def with_references(theirs: dict[str, Any]) -> dict[str, Any]:
    """Prefect writes a variable's value into job variables; we leave the reference to workers."""
    report = theirs["data-report/nightly"]
    assert report["job_variables"]["networks"] == ["shop-net"]
    networks = ["{{ prefect.variables.network }}"]
    report = {**report, "job_variables": {**report["job_variables"], "networks": networks}}
    return {**theirs, "data-report/nightly": report}
