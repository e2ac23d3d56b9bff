"""A folder to write files in, the command to run there, and a real server to look at.

Between the command and the server stands a proxy that notes every request; what a
test itself asks of the server goes past it.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from textwrap import dedent
from typing import Any

import httpx
import pytest

from tests.support.command import Ended, deploy
from tests.support.live_server import LiveServer
from tests.support.proxy import Proxy, proxy_to
from tests.support.recording import Call, Role

_TRIES = 50

FLOWS = '''\
from prefect import flow


@flow
def load(source: str = "web", rows: int = 10) -> None:
    """Load the orders."""


@flow
def report(region: str = "eu") -> None:
    """Write the report."""
'''


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where a test of the whole command plays."""

    folder: Path
    server: LiveServer
    proxy: Proxy
    api: httpx.Client

    def write(self, text: str, name: str = "deploy.yaml") -> None:
        """Write a file, indented as the test likes it."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")

    def deploy(
        self,
        *arguments: str,
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
        stdin: str = "",
    ) -> Ended:
        """Run the command through the proxy, whose notes begin anew."""
        self.proxy.calls.clear()
        return deploy(
            folder or self.folder,
            *arguments,
            url=self.proxy.url,
            environment=environment,
            stdin=stdin,
        )

    def apply(self, *arguments: str, folder: Path | None = None) -> Ended:
        """Run the command, which has to succeed."""
        ended = self.deploy(*arguments, folder=folder)
        assert ended.code == 0, ended.text
        return ended

    def pending(self, *arguments: str, folder: Path | None = None) -> str:
        """What a plan would change, without its counts and notes; empty for a plan that is."""
        planned = self.deploy("plan", "--detailed-exitcode", *arguments, folder=folder)
        assert planned.code in {0, 2}, planned.text
        lines = takewhile(lambda line: " to create, " not in line, planned.stdout.split("\n"))
        shown = "\n".join(line for line in lines if not line.startswith("note: ")).strip()
        assert (planned.code == 2) is bool(shown), planned.text
        return shown

    @property
    def writes(self) -> list[Call]:
        """What the last run of the command asked for that was not reading."""
        return [call for call in self.proxy.calls if call.role is not Role.READ]

    def deployments(self) -> dict[str, dict[str, Any]]:
        """Every deployment that the server has, by flow and name."""
        flows = {each["id"]: each["name"] for each in self.read("/flows/filter")}
        found = self.read("/deployments/filter")
        return {f"{flows[each['flow_id']]}/{each['name']}": each for each in found}

    def ids(self) -> dict[str, str]:
        """Ids of all deployments and pools, of their queues and schedules."""
        found: dict[str, str] = {}
        for pool in self.read("/work_pools/filter"):
            found[pool["name"]] = pool["id"]
            for queue in self.read(f"/work_pools/{pool['name']}/queues/filter"):
                found[f"{pool['name']}/{queue['name']}"] = queue["id"]
        for name, each in self.deployments().items():
            found[name] = each["id"]
            found |= {f"{name} {one['slug']}": one["id"] for one in each["schedules"]}
        return found

    def read(self, path: str, **body: object) -> list[dict[str, Any]]:
        """Everything that a POST which only looks finds."""
        found: list[dict[str, Any]] = self.api.post(path, json=body).raise_for_status().json()
        return found

    def change(self, name: str, **fields: object) -> None:
        """Change a deployment behind the command's back, as an operator would."""
        id = self.deployments()[name]["id"]
        self.api.patch(f"/deployments/{id}", json=fields).raise_for_status()

    def make(self, path: str, **body: object) -> dict[str, Any]:
        """Make something on the server by hand."""
        made: dict[str, Any] = self.api.post(path, json=body).raise_for_status().json()
        return made

    def make_deployment(self, flow: str, name: str, **fields: object) -> str:
        """Make a deployment by hand; return its id."""
        flow_id = self.make("/flows/", name=flow)["id"]
        return str(self.make("/deployments/", flow_id=flow_id, name=name, **fields)["id"])


@pytest.fixture
def stage(live_server: LiveServer, tmp_path: Path) -> Iterator[Stage]:
    """A stage before a server that schedules nothing."""
    with before(live_server, tmp_path / "project") as made:
        yield made


@pytest.fixture
def scheduling_stage(scheduling_server: LiveServer, tmp_path: Path) -> Iterator[Stage]:
    """A stage before a server with its scheduler."""
    with before(scheduling_server, tmp_path / "project") as made:
        yield made


@contextmanager
def before(server: LiveServer, folder: Path) -> Iterator[Stage]:
    folder.mkdir(exist_ok=True)
    (folder / "flows.py").write_text(FLOWS, encoding="utf-8")
    with (
        proxy_to(server.url) as proxy,
        httpx.Client(base_url=server.url, timeout=60, transport=_Patient()) as api,
    ):
        yield Stage(folder=folder, server=server, proxy=proxy, api=api)


class _Patient(httpx.HTTPTransport):
    """Asks again where SQLite was busy: a test's own requests are not what it tests."""

    def __init__(self) -> None:
        super().__init__(limits=httpx.Limits(max_keepalive_connections=0))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send, and send again after a moment while the answer is 503."""
        for _ in range(_TRIES):
            response = super().handle_request(request)
            if response.status_code != 503:
                return response
            response.close()
            time.sleep(0.05)
        raise AssertionError(f"{request.method} {request.url}: still busy after {_TRIES} tries")
