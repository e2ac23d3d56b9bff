"""A workspace as the server tells it, read without a line of the program that is tested.

Left out: ids, times, counters, what one stack or server gives by itself, and what only the
spelling of nothing tells apart.
"""

import json
import re
from typing import Any

import httpx

_NEVER_THE_SAME = frozenset(
    {
        *("id", "created", "updated", "created_by", "updated_by", "status", "last_polled"),
        *("flow_id", "work_queue_id", "deployment_id", "work_pool_id", "default_queue_id"),
        *("block_document_id", "infrastructure_document_id", "storage_document_id"),
        *("active_slots", "denied_slots", "avg_slot_occupancy_seconds", "version_id"),
        *("storage_configuration", "filter", "work_pool", "version_info", "branch", "base"),
    }
)
_OF_A_COMMIT_OR_FILE = re.compile(r"[0-9a-f]{8}|[0-9a-f]{32}|[0-9a-f]{40}")
_BY_ITSELF = ("deploy-lock:", "deployment:")
_RECORD = "deploy_lock_"
_PAGE = 200


async def snapshot(http: httpx.AsyncClient) -> dict[str, Any]:
    """Everything that there is, by kind and name."""
    found = await _deployments(http)
    for pool in await _read(http, "/work_pools/filter"):
        shown = {**pool, "description": pool["description"] or None}
        found[f"pool {pool['name']}"] = without_ids(shown)
        for queue in await _read(http, f"/work_pools/{pool['name']}/queues/filter"):
            found[f"queue {pool['name']}/{queue['name']}"] = without_ids(queue)
    for each in await _read(http, "/variables/filter"):
        if not each["name"].startswith(_RECORD):
            tags = sorted(set(each["tags"]))
            found[f"variable {each['name']}"] = without_ids({**each, "tags": tags})
    for each in await _read(http, "/v2/concurrency_limits/filter"):
        if not each["name"].startswith(_BY_ITSELF):
            found[f"limit {each['name']}"] = without_ids(each)
    return found | await _blocks(http) | await _automations(http)


async def _blocks(http: httpx.AsyncClient) -> dict[str, Any]:
    """With their secrets, and names of other blocks in them."""
    found: dict[str, Any] = {}
    for each in await _read(http, "/block_documents/filter", include_secrets=True):
        inner = each["block_document_references"].items()
        names = {key: one["block_document"]["name"] for key, one in inner}
        kind = each["block_type"]["slug"]
        if kind != "deploy-ledger":
            found[f"block {kind}/{each['name']}"] = {"data": {**each["data"], **names}}
    return found


async def _automations(http: httpx.AsyncClient) -> dict[str, Any]:
    """By their names; with numbers where several have one."""
    listed = await _read(http, "/automations/filter")
    names = {each["id"]: each["name"] for each in listed}
    pools = await _read(http, "/work_pools/filter")
    queues = [f"/work_pools/{pool['name']}/queues/filter" for pool in pools]
    for path in ("/deployments/filter", "/work_pools/filter", "/block_documents/filter", *queues):
        names |= {each["id"]: each["name"] for each in await _read(http, path)}
    found: dict[str, Any] = {}
    for each in listed:
        text = json.dumps({**without_ids(each), "owner_resource": None})
        for id, name in names.items():
            text = text.replace(id, json.dumps(name)[1:-1])
        shown = json.loads(text, object_hook=_plain_trigger)
        shown["tags"] = sorted(tag for tag in each["tags"] if not tag.startswith("deploy:"))
        found[f"automation {each['name']}"] = shown
    return found


def _plain_trigger(part: dict[str, Any]) -> dict[str, Any]:
    """Without the id that each trigger has."""
    return {name: item for name, item in part.items() if name != "id"}


async def _read(http: httpx.AsyncClient, path: str, **more: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        answer = await http.post(path, json={**more, "limit": _PAGE, "offset": len(found)})
        page = answer.raise_for_status().json()
        found += page
        if len(page) < _PAGE:
            return found


async def _deployments(http: httpx.AsyncClient) -> dict[str, Any]:
    flows = {each["id"]: each["name"] for each in await _read(http, "/flows/filter")}
    return {
        f"deployment {flows[each['flow_id']]}/{each['name']}": deployment(each)
        for each in await _read(http, "/deployments/filter")
    }


def without_ids(value: Any) -> Any:
    """Without what is never the same on two servers."""
    if isinstance(value, dict):
        return {name: item for name, item in value.items() if name not in _NEVER_THE_SAME}
    return value


def deployment(one: dict[str, Any]) -> dict[str, Any]:
    """A deployment, with one spelling of nothing."""
    limit = one["global_concurrency_limit"] or {}
    shown: dict[str, Any] = without_ids(one)
    return shown | {
        "description": None if one["description"] in {"", "None"} else one["description"],
        "version": None
        if _OF_A_COMMIT_OR_FILE.fullmatch(one["version"] or "")
        else one["version"] or None,
        "tags": sorted({tag for tag in one["tags"] if not tag.startswith("deploy:")}),
        "labels": {k: v for k, v in (one["labels"] or {}).items() if not k.startswith("prefect.")},
        "pull_steps": one["pull_steps"] or [],
        "parameter_openapi_schema": _schema(one["parameter_openapi_schema"]),
        "work_queue_name": one["work_queue_name"] if one["work_pool_name"] else None,
        "job_variables": {} if one["job_variables"] == {"env": {}} else one["job_variables"],
        "global_concurrency_limit": {
            "limit": limit.get("limit"),
            "name": None if limit.get("name") == f"deployment:{one['id']}" else limit.get("name"),
        },
        "schedules": sorted((_schedule(each) for each in one["schedules"]), key=str),
    }


def _schema(schema: dict[str, Any] | None) -> dict[str, Any]:
    return {} if not schema or not schema.get("properties") else schema


def _schedule(one: dict[str, Any]) -> dict[str, Any]:
    slug = one["slug"] or ""
    times = {**one["schedule"], "timezone": one["schedule"].get("timezone") or "UTC"}
    made_up = re.fullmatch(r"schedule-\d+", slug)
    return {**without_ids(one), "slug": None if made_up or not slug else slug, "schedule": times}
