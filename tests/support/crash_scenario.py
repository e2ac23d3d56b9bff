"""A stack before and after an edit that takes every kind of step, on a server with other things.

prepared = await prepare(server, folder)   # the server is as before the edit
await contents(server)                     # all that is there, as values that compare
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

from compiler.desired.resources import DesiredState
from reconciler import ledger
from reconciler.api.client import PrefectClient
from reconciler.api.connect import Connection
from tests.support.compiling import compiled
from tests.support.prefect_server import PrefectServer

FLOWS = '''
from prefect import flow

@flow
def load(rows: int = 10):
    """Load."""

@flow
def report(region: str = "eu"):
    """Tell."""

@flow
def other():
    pass
'''
BEFORE = """
stack: shop
variables: [{name: stage, value: 1}, {name: going, value: 1}]
concurrency_limits: [{name: house, limit: 1}]
tag_limits: [{tag: gpu, limit: 1}]
blocks:
  - {name: keys, type: aws-credentials, data: {region_name: eu, profile_name: p}}
  - name: bucket
    type: s3-bucket
    data: {bucket_name: b, credentials: {$block: aws-credentials/keys}}
  - {name: going, type: local-file-system, data: {basepath: /a}}
work_pools:
  - name: kept
    type: process
    work_queues: [{name: high, priority: 1}, {name: leaving, priority: 3}]
  - {name: going, type: process}
deployments:
  - name: nightly
    entrypoint: flows.py:load
    tags: [etl]
    schedules: [{slug: night, cron: "0 3 * * *"}, {slug: noon, cron: "0 12 * * *"}]
    work_pool: {name: kept, work_queue_name: high}
  - name: old-name
    entrypoint: flows.py:load
    schedules: [{slug: hourly, cron: "0 * * * *"}]
  - {name: limited, entrypoint: "flows.py:load"}
  - {name: guarded, entrypoint: "flows.py:load"}
  - name: weekly
    entrypoint: flows.py:report
    schedules: [{slug: week, cron: "0 5 * * 1"}]
"""
AFTER = """
stack: shop
variables: [{name: stage, value: 2, tags: [x]}, {name: coming, value: 1}]
concurrency_limits: [{name: house, limit: 2}, {name: more, limit: 3}]
tag_limits: [{tag: gpu, limit: 2}]
blocks:
  - {name: keys, type: aws-credentials, data: {region_name: us}}
  - name: bucket
    type: s3-bucket
    data: {bucket_name: c, credentials: {$block: aws-credentials/keys}}
  - name: second
    type: s3-bucket
    data: {bucket_name: d, credentials: {$block: aws-credentials/new}}
  - {name: new, type: aws-credentials, data: {region_name: ap}}
work_pools:
  - name: kept
    type: process
    description: Ours.
    work_queues: [{name: high, priority: 2}, {name: low, priority: 1}]
  - {name: coming, type: process, work_queues: [{name: fast}]}
deployments:
  - name: nightly
    entrypoint: flows.py:load
    tags: [big]
    schedules: [{slug: night, cron: "0 4 * * *"}, {slug: dawn, cron: "0 6 * * *"}]
    work_pool: {name: coming, work_queue_name: fast}
  - name: new-name
    renamed_from: old-name
    entrypoint: flows.py:load
    schedules: [{slug: hourly, cron: "0 * * * *"}]
  - {name: limited, entrypoint: "flows.py:load", concurrency_limit: 2}
  - {name: guarded, entrypoint: "flows.py:load", protect: true}
  - {name: free, entrypoint: "flows.py:report"}
  - name: monthly
    entrypoint: flows.py:other
    schedules:
      - {slug: month, cron: "0 6 1 * *"}
      - {slug: capped, cron: "0 7 1 * *", max_scheduled_runs: 2}
"""
_SHARED = {"name": "shared", "limit": 5, "active": True}
_AUTOMATION = {
    "description": "",
    "enabled": True,
    "trigger": {
        "type": "event",
        "expect": ["thing.happened"],
        "posture": "Reactive",
        "threshold": 1,
        "within": 0,
    },
    "actions": [{"type": "do-nothing"}],
}
_IN_A_DEPLOYMENT = (
    *("tags", "paused", "work_pool_name", "work_queue_name", "description", "entrypoint"),
    *("parameters", "job_variables", "enforce_parameter_schema"),
)
Contents = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What the files want before and after the edit."""

    before: DesiredState
    after: DesiredState


def scenario(folder: Path) -> Scenario:
    """The two states, of files in this folder."""
    (folder / "flows.py").write_text(FLOWS, encoding="utf-8")
    return Scenario(
        before=compiled(folder, yaml.safe_load(BEFORE)),
        after=compiled(folder, yaml.safe_load(AFTER)),
    )


async def populate(http: Connection) -> None:
    """What others have on the server, once the stack is there as before."""
    client = PrefectClient(http)
    deployments = {each.name: each.id for each in await client.deployments({})}
    shared = (await http.post("/v2/concurrency_limits/", json=_SHARED)).raise_for_status().json()
    for name in ("weekly", "limited"):
        body = {"global_concurrency_limit_id": shared["id"]}
        await client.update_deployment(deployments[name], body)
    for owner in ("weekly", None):
        body = {**_AUTOMATION, "name": f"of {owner}"}
        if owner is not None:
            body["owner_resource"] = f"prefect.deployment.{deployments[owner]}"
        (await http.post("/automations/", json=body)).raise_for_status()
    flow, theirs = await client.create_flow("report"), await client.create_flow("theirs")
    await client.create_work_pool({"name": "theirs", "type": "process"})
    await client.create_deployment({"name": "free", "flow_id": str(flow.id), "tags": []})
    await client.create_deployment(
        {
            "name": "nightly",
            "flow_id": str(theirs.id),
            "tags": ["theirs"],
            "work_pool_name": "theirs",
            "global_concurrency_limit_id": shared["id"],
            "schedules": [{"schedule": {"cron": "0 1 * * *"}, "slug": "s", "active": True}],
        }
    )


async def contents(server: PrefectServer) -> Contents:
    """Everything that is on the server; ids only of what was there before the edit and stays."""
    async with server.connect() as http:
        client = PrefectClient(http)
        flows = {each["id"]: each["name"] for each in await _all(http, "/flows/filter")}
        deployments = await _all(http, "/deployments/filter")
        pools = await _all(http, "/work_pools/filter")
        queues = {
            f"{pool['name']}/{queue['name']}": (queue["priority"], queue["is_paused"])
            for pool in pools
            for queue in await _all(http, f"/work_pools/{pool['name']}/queues/filter")
        }
        limits = await _all(http, "/v2/concurrency_limits/filter")
        automations = await _all(http, "/automations/filter")
        variables = await _all(http, "/variables/filter")
        blocks = await _all(http, "/block_documents/filter")
        remembered = await ledger.load(client, "shop")
    ids = {each["id"] for each in deployments}
    assert remembered is not None
    return {
        "deployments": {
            f"{flows[each['flow_id']]}/{each['name']}": _deployment(each) for each in deployments
        },
        "count": len(deployments),
        "pools": {each["name"]: (each["description"], each["type"]) for each in pools},
        "queues": queues,
        "limits": sorted(
            (_own(each["name"]), each["limit"])
            for each in limits
            if not each["name"].startswith("deploy-lock")
        ),
        "variables": {
            each["name"]: (each["value"], each["tags"])
            for each in variables
            if not each["name"].startswith("deploy_lock")
        },
        "blocks": {
            each["name"]: each["data"]
            for each in blocks
            if each["block_type"]["slug"] != ledger.BLOCK_TYPE
        },
        "automations": sorted(each["name"] for each in automations),
        "known": sorted(
            str(address)
            for address, id in remembered.ids.items()
            if id in ids or address.kind.value != "deployment"
        ),
        "protected": sorted(map(str, remembered.protected)),
        "kept": {name: id for name, id in _ids(deployments, flows).items() if name in _STAYING},
    }


_STAYING = ("load/nightly", "load/limited", "load/guarded", "report/free", "theirs/nightly")


def _ids(deployments: list[dict[str, Any]], flows: Mapping[str, str]) -> dict[str, str]:
    return {f"{flows[each['flow_id']]}/{each['name']}": each["id"] for each in deployments}


def _deployment(each: dict[str, Any]) -> dict[str, Any]:
    limit = each["global_concurrency_limit"]
    return {
        **{name: each[name] for name in _IN_A_DEPLOYMENT},
        "tags": sorted(each["tags"]),
        "limit": None if limit is None else (_own(limit["name"]), limit["limit"]),
        "schedules": sorted(
            (one["slug"], one["schedule"]["cron"], one["active"], one["max_scheduled_runs"])
            for one in each["schedules"]
        ),
    }


def _own(name: str) -> str:
    """A deployment's own limit is named by its id, which may be new."""
    return name.partition(":")[0] if name.startswith("deployment:") else name


async def _all(http: httpx.AsyncClient, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await http.post(path, json={})).raise_for_status().json()
    return found
