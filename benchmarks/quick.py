"""A server that takes no time: for what the client's share of a plan and an apply is.

It keeps everything in mind and knows only what `deploy` asks for deployments.  Nothing that it
answers is invented: each status and each shape is one that Prefect's own server gave a
moment before, when `record` asked it the same, and only the values that a request has given,
ids and times are put in.  What it was not recorded for is answered with 501.

It is no server for tests of what `deploy` does: those have Prefect's own.
"""

import gzip
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import httpx

from benchmarks.recorded import MISSING, Recording
from reconciler.api.trace import Role, named, role_of

Json = Any
_SMALL = 500  # bytes: what is not larger goes as it is, as Prefect's own server has it


@dataclass(slots=True)
class World:
    """What the server holds."""

    recording: Recording
    flows: dict[str, Json] = field(default_factory=dict)
    deployments: dict[str, Json] = field(default_factory=dict)
    kept: dict[str, Json] = field(default_factory=dict)
    calls: list[tuple[str, str, str]] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)

    def answer(self, method: str, path: str, body: Json) -> tuple[int, Json]:
        """A status and what is said."""
        for route, pattern, work in _ROUTES:
            if found := pattern.fullmatch(f"{method} {path}"):
                said = work(self, body, *map(unquote, found.groups()))
                like = self.recording[f"{route}{MISSING}" if said is None else route]
                return like.status, like.said if said is None else said
        self.strange.append(f"{method} {path}")
        return 501, {"detail": "not recorded"}

    def made(self, route: str, body: Mapping[str, Json]) -> Json:
        """What the server says that it has made."""
        like = self.recording[route].said
        now = datetime.now(UTC).isoformat()
        given = {name: value for name, value in body.items() if name in like}
        return {**like, **given, "id": str(uuid4()), "created": now, "updated": now}

    def same(self, route: str) -> Json:
        """What was said then, to the letter."""
        return self.recording[route].said


def _flow(world: World, body: Json) -> Json:
    flow = world.kept.get(f"flow {body['name']}")
    if flow is None:
        flow = world.made("POST /flows/", body)
        world.flows[flow["id"]] = world.kept[f"flow {body['name']}"] = flow
    return flow


def _deployment(world: World, body: Json) -> Json:
    made = world.made("POST /deployments/", body)
    (like,) = world.same("POST /deployments/")["schedules"]
    made["schedules"] = [
        {**like, **each, "id": str(uuid4()), "deployment_id": made["id"]}
        for each in body.get("schedules", ())
    ]
    made["labels"] = {**body.get("labels", {}), "prefect.flow.id": body["flow_id"]}
    world.deployments[made["id"]] = made
    return made


def _patched(world: World, body: Json, id: str) -> Json:
    there = world.deployments.get(id)
    return None if there is None else there.update(body) or {}


def _rescheduled(world: World, body: Json, id: str, schedule: str) -> Json:
    schedules = world.deployments[id]["schedules"] if id in world.deployments else ()
    for each in schedules:
        if each["id"] == schedule:
            each.update(body)
            return {}
    return None


def _deleted(world: World, body: Json) -> Json:
    gone = body["deployments"]["id"]["any_"]
    return {"deleted": [id for id in gone if world.deployments.pop(id, None) is not None]}


def _deployments(world: World, body: Json) -> Json:
    matches = _matcher(body.get("deployments", {}), {"id": "id", "name": "name"})
    of_flow = _matcher(body.get("flows", {}), {"id": "id", "name": "name"})
    found = [
        each
        for each in world.deployments.values()
        if matches(each) and of_flow(world.flows[each["flow_id"]])
    ]
    return _page(world.same("POST /deployments/paginate"), found, body)


def _flows(world: World, body: Json) -> Json:
    matches = _matcher(body.get("flows", {}), {"id": "id"})
    of_deployment = _matcher(body.get("deployments", {}), {})
    found = [each for each in world.flows.values() if matches(each)]
    if "deployments" in body:
        used = {each["flow_id"] for each in world.deployments.values() if of_deployment(each)}
        found = [each for each in found if each["id"] in used]
    return _page(world.same("POST /flows/paginate"), found, body)


def _matcher(filter: Json, names: Mapping[str, str]) -> Callable[[Json], bool]:
    """Whether a thing has one of these names or ids, and all of these tags."""
    assert filter.keys() <= {*names, "tags"}, filter
    any_of = {names[key]: set(said["any_"]) for key, said in filter.items() if key != "tags"}
    tags = set(filter.get("tags", {}).get("all_", ()))

    def matches(thing: Json) -> bool:
        return tags <= set(thing["tags"]) and all(thing[key] in of for key, of in any_of.items())

    return matches


def _page(like: Json, found: Iterable[Json], body: Json) -> Json:
    ordered = sorted(found, key=lambda each: each["name"])
    size, page = body["limit"], body["page"]
    return {
        **like,
        "results": ordered[(page - 1) * size : page * size],
        "count": len(ordered),
        "pages": -(-len(ordered) // size),
        "limit": size,
        "page": page,
    }


def _kept(route: str, *under: str) -> Callable[..., Json]:
    """Makes a thing, and keeps it under its `under`."""

    def make(world: World, body: Json) -> Json:
        made = world.made(route, body)
        for name in under:
            world.kept[f"{route} {made[name]}"] = made
        return made

    return make


def _found(made_by: str) -> Callable[..., Json]:
    return lambda world, _, name: world.kept.get(f"{made_by} {name}")


def _document(world: World, body: Json, slug: str, name: str) -> Json:
    del body, slug  # the ledger's is the only type that is recorded
    return world.kept.get(f"POST /block_documents/ {name}")


def _document_patched(world: World, body: Json, id: str) -> Json:
    there = world.kept.get(f"POST /block_documents/ {id}")
    return None if there is None else there.update(data=body["data"]) or {}


def _variable_patched(world: World, body: Json, name: str) -> Json:
    there = world.kept.get(f"POST /variables/ {name}")
    return None if there is None else there.update(body) or {}


def _pools(world: World, body: Json) -> Json:
    like = world.same("POST /work_pools/filter")[0]
    return [{**like, "name": name} for name in body["work_pools"]["name"]["any_"]]


def _lease(world: World, body: Json) -> Json:
    there = [world.kept.get(f"POST /v2/concurrency_limits/ {name}") for name in body["names"]]
    lease, limits = str(uuid4()), [each for each in there if each]
    for each in limits:
        each["active_slots"] = 1
    world.kept[f"lease {lease}"] = limits
    return {
        "lease_id": lease,
        "limits": [{key: each[key] for key in _OF_A_LEASE} for each in limits],
    }


def _returned(world: World, body: Json) -> Json:
    for each in world.kept.pop(f"lease {body['lease_id']}", ()):
        each["active_slots"] = 0
    return {}


def _as_recorded(route: str) -> Callable[..., Json]:
    def repeat(world: World, *_: Json) -> Json:
        said = world.same(route)
        return {} if said is None else said

    return repeat


_OF_A_LEASE = ("id", "name", "limit")
_LIMITS, _DOCUMENTS = "POST /v2/concurrency_limits/", "POST /block_documents/"
_WORK: Mapping[str, Callable[..., Json]] = {
    "GET /admin/version": _as_recorded("GET /admin/version"),
    "POST /work_pools/filter": _pools,
    "POST /flows/": _flow,
    "POST /flows/paginate": _flows,
    "POST /deployments/": _deployment,
    "POST /deployments/paginate": _deployments,
    "POST /deployments/bulk_delete": _deleted,
    "POST /deployments/{}/schedule": _as_recorded("POST /deployments/{}/schedule"),
    "PATCH /deployments/{}": _patched,
    "PATCH /deployments/{}/schedules/{}": _rescheduled,
    "POST /flow_runs/filter": _as_recorded("POST /flow_runs/filter"),
    "POST /automations/filter": _as_recorded("POST /automations/filter"),
    "POST /block_types/": _kept("POST /block_types/", "slug"),
    "GET /block_types/slug/{}": _found("POST /block_types/"),
    "POST /block_schemas/": _kept("POST /block_schemas/", "id"),
    _DOCUMENTS: _kept(_DOCUMENTS, "name", "id"),
    "GET /block_types/slug/{}/block_documents/name/{}": _document,
    "PATCH /block_documents/{}": _document_patched,
    _LIMITS: _kept(_LIMITS, "name", "id"),
    "GET /v2/concurrency_limits/{}": _found(_LIMITS),
    "POST /v2/concurrency_limits/increment-with-lease": _lease,
    "POST /v2/concurrency_limits/decrement-with-lease": _returned,
    "POST /v2/concurrency_limits/leases/{}/renew": lambda *_: {},
    "POST /variables/": _kept("POST /variables/", "name"),
    "GET /variables/name/{}": _found("POST /variables/"),
    "PATCH /variables/name/{}": _variable_patched,
}
_ROUTES = [
    (route, re.compile(re.escape(route).replace(r"\{\}", "([^/]+)")), work)
    for route, work in _WORK.items()
]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, recording: Recording) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.world = World(recording)
        self.lock = Lock()


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # heads and bodies in one packet
    server: _Server

    def _any(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"null")
        path = self.path.partition("?")[0].removeprefix("/api")
        with self.server.lock:
            status, said = self._said(path, body)
            content = b"" if status == 204 else json.dumps(said, separators=(",", ":")).encode()
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        if len(content) > _SMALL and "gzip" in self.headers.get("Accept-Encoding", ""):
            content = gzip.compress(content, compresslevel=1)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _said(self, path: str, body: Json) -> tuple[int, Json]:
        world = self.server.world
        match self.command, path:
            case "GET", "/quick/calls":
                return 200, {"calls": world.calls, "strange": world.strange}
            case "DELETE", "/quick/calls":
                world.calls.clear()
                return 204, None
            case "DELETE", "/quick/world":
                self.server.world = World(world.recording)
                return 204, None
            case _:
                world.calls.append((self.command, path, named(body)))
                return world.answer(self.command, path, body)

    do_GET = do_POST = do_PATCH = do_DELETE = _any  # noqa: N815  http.server's names

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quick:
    """A running one; `url` ends in `/api`."""

    url: str

    def wipe(self) -> None:
        """Forget everything."""
        httpx.delete(f"{self.url}/quick/world").raise_for_status()

    def roles(self) -> list[Role]:
        """What each request was for since it was last asked; there may be none it did not know."""
        said = httpx.get(f"{self.url}/quick/calls").json()
        httpx.delete(f"{self.url}/quick/calls").raise_for_status()
        if said["strange"]:
            sys.exit(f"the quick server has no answer for {', '.join(said['strange'])}")
        return [role_of(*each) for each in said["calls"]]


@contextmanager
def quick(recording: Recording, place: Path) -> Iterator[Quick]:
    """Run one in a process of its own for as long as the block lasts."""
    file = place / "recording.json"
    file.write_text(recording.dumped(), encoding="utf-8")
    command = [sys.executable, "-m", "benchmarks.quick", str(file)]
    with subprocess.Popen(
        command, cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield Quick(url=f"http://127.0.0.1:{int(process.stdout.readline())}/api")
        finally:
            process.kill()


def main(file: Path) -> None:
    """Serve, and print the port."""
    server = _Server(Recording.loaded(file.read_text(encoding="utf-8")))
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
