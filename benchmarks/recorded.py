"""What Prefect's own server answers to each thing that `deploy` asks for deployments.

`record` asks it once, each in turn, and keeps the status and what was said: the shapes that
`benchmarks.quick` answers in.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import httpx

MISSING = " (missing)"
_NAME = "deploy-ledger"
_SCHEDULE = {"slug": "s", "schedule": {"cron": "0 3 * * *", "timezone": "Europe/Berlin"}}


@dataclass(frozen=True, slots=True)
class Recorded:
    """An answer."""

    status: int
    said: Any = None


@dataclass(frozen=True, slots=True)
class Recording:
    """Answers by route: a method and a path with `{}` for ids and names."""

    of: Mapping[str, Recorded]

    def __getitem__(self, route: str) -> Recorded:
        return self.of[route]

    def dumped(self) -> str:
        """As JSON."""
        return json.dumps({route: asdict(each) for route, each in self.of.items()}, indent=1)

    @classmethod
    def loaded(cls, text: str) -> "Recording":
        """From JSON."""
        return cls({route: Recorded(**each) for route, each in json.loads(text).items()})


class _Asking:
    """Asks, and notes what came."""

    def __init__(self, http: httpx.Client) -> None:
        self.of: dict[str, Recorded] = {}
        self._http = http

    def __call__(self, route: str, *named: str, kind: str = "", **body: Any) -> Any:
        method, path = route.split(" ")
        answer = self._http.request(method, path.format(*named), json=body or None)
        assert answer.is_success is not bool(kind), f"{route}: {answer.status_code} {answer.text}"
        said = answer.json() if answer.content else None
        self.of[f"{route}{kind}"] = Recorded(answer.status_code, said)
        return said


def record(url: str) -> Recording:
    """Ask a server that holds nothing; it is left with a few things."""
    with httpx.Client(base_url=url, timeout=60) as http:
        ask = _Asking(http)
        ask("GET /admin/version")
        ask("POST /work_pools/", name="bench", type="process")
        ask("POST /work_pools/filter", work_pools={"name": {"any_": ["bench"]}})
        _of_deployments(ask)
        _of_the_ledger(ask)
        _of_the_lock(ask)
        return Recording(ask.of)


def _of_deployments(ask: Callable[..., Any]) -> None:
    flow = ask("POST /flows/", name="flow")
    tags = ["bench"]
    made = ask(
        "POST /deployments/",
        name="d",
        flow_id=flow["id"],
        work_pool_name="bench",
        tags=tags,
        schedules=[_SCHEDULE],
    )
    id, schedule = made["id"], made["schedules"][0]["id"]
    ask("POST /deployments/paginate", deployments={"tags": {"all_": tags}}, limit=200, page=1)
    ask("POST /flows/paginate", flows={"id": {"any_": [flow["id"]]}}, limit=200, page=1)
    ask("PATCH /deployments/{}", id, tags=tags)
    ask("PATCH /deployments/{}/schedules/{}", id, schedule, active=True)
    ask("POST /deployments/{}/schedule", id, start_time="2026-01-01T00:00:00Z")
    ask("POST /automations/filter", limit=200, offset=0)
    ask("POST /deployments/bulk_delete", deployments={"id": {"any_": [id]}})
    matching = {"deployment_id": {"any_": [id]}, "state": {"type": {"any_": ["RUNNING"]}}}
    ask("POST /flow_runs/filter", flow_runs=matching, limit=200, offset=0)


def _of_the_ledger(ask: Callable[..., Any]) -> None:
    of_one = "GET /block_types/slug/{}/block_documents/name/{}"
    ask("GET /block_types/slug/{}", _NAME, kind=MISSING)
    ask(of_one, _NAME, "bench", kind=MISSING)
    type = ask("POST /block_types/", name="Deploy Ledger", slug=_NAME)
    ask("GET /block_types/slug/{}", _NAME)
    fields = {
        "title": "DeployLedger",
        "type": "object",
        "properties": {"format": {"title": "Format", "type": "integer"}},
        "block_type_slug": _NAME,
    }
    schema = ask("POST /block_schemas/", block_type_id=type["id"], fields=fields, capabilities=[])
    document = ask(
        "POST /block_documents/",
        name="bench",
        data={"format": 0},
        block_type_id=type["id"],
        block_schema_id=schema["id"],
    )
    ask(of_one, _NAME, "bench")
    data = {"format": 1}
    ask("PATCH /block_documents/{}", document["id"], data=data, merge_existing_data=False)


def _of_the_lock(ask: Callable[..., Any]) -> None:
    name, of_leases = "deploy-lock:bench", "POST /v2/concurrency_limits/"
    ask("GET /v2/concurrency_limits/{}", name, kind=MISSING)
    ask("POST /v2/concurrency_limits/", name=name, limit=1)
    ask("GET /v2/concurrency_limits/{}", name)
    taken = {"names": [name], "slots": 1, "lease_duration": 60.0}
    lease = ask(f"{of_leases}increment-with-lease", **taken)["lease_id"]
    ask(f"{of_leases}leases/{{}}/renew", lease, lease_duration=60.0)
    ask(f"{of_leases}decrement-with-lease", lease_id=lease)
    ask("GET /variables/name/{}", "deploy_lock_bench", kind=MISSING)
    ask("PATCH /variables/name/{}", "deploy_lock_bench", kind=MISSING, value={})
    ask("POST /variables/", name="deploy_lock_bench", value={}, tags=[])
    ask("GET /variables/name/{}", "deploy_lock_bench")
    ask("PATCH /variables/name/{}", "deploy_lock_bench", value={"lease": ""})
