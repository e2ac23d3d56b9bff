"""What `prefect deploy` leaves on a server, and what we leave, in a form that can be compared.

What may differ is written down in `comparable`, and nothing else may.
"""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from tests.support.environment import without_prefect
from tests.support.live_server import LiveServer

ENVIRONMENT = {"STAGE": "prod", "BRANCH": "main"}
SECRET = "hunter2-hunter2"  # of the block secret/token that `prepare` makes


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
        "data": {"value": SECRET},
    }
    api.post("/block_documents/", json=body).raise_for_status()


def snapshot(api: httpx.Client) -> dict[str, Any]:
    """Every deployment by flow and name, in a form in which the two can be compared."""
    flows = {each["id"]: each["name"] for each in api.post("/flows/filter", json={}).json()}
    found = api.post("/deployments/filter", json={}).json()
    named = {f"{flows[each['flow_id']]}/{each['name']}": comparable(each) for each in found}
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


def comparable(deployment: dict[str, Any]) -> dict[str, Any]:
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
