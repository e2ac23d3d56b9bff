"""Prefect's own server in a process of its own, on a port: for commands and schedules."""

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.support.environment import without_prefect
from tests.support.template import restore, settings
from tests.support.which_server import chosen

_PATIENCE = 90.0
WEB_ONLY = {"PREFECT__SERVER_WEBSERVER_ONLY": "1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveServer:
    """A running server; `url` ends in `/api`."""

    url: str
    home: Path
    wipe: Callable[[], None]


@pytest.fixture(scope="session")
def live_server_process(
    template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    """The session's server without services.  Tests take `live_server`."""
    home = tmp_path_factory.mktemp("live-server")
    with run_server(home, template, environment=WEB_ONLY) as server:
        yield server


@pytest.fixture(scope="session")
def scheduling_server_process(
    template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    """The session's server with services.  Tests take `scheduling_server`."""
    home = tmp_path_factory.mktemp("scheduling-server")
    with run_server(home, template, environment={}) as server:
        yield server


@pytest.fixture
def live_server(live_server_process: LiveServer) -> Iterator[LiveServer]:
    """A real server on a port, that holds nothing yet and schedules nothing."""
    yield live_server_process
    live_server_process.wipe()


@pytest.fixture
def scheduling_server(scheduling_server_process: LiveServer) -> Iterator[LiveServer]:
    """A real server on a port, with its scheduler and all other services."""
    yield scheduling_server_process
    scheduling_server_process.wipe()


@contextmanager
def run_server(home: Path, template: Path, *, environment: dict[str, str]) -> Iterator[LiveServer]:
    """Run a server for as long as the block lasts; its log is `home/server.log`."""
    restore(template, home)
    port = _free_port()
    program = ["-m", "uvicorn", "--factory", "prefect.server.api.server:create_app"]
    options = ["--host", "127.0.0.1", "--port", str(port), "--log-level", "error"]
    with (
        (home / "server.log").open("wb") as log,
        subprocess.Popen(
            [chosen().python, *program, *options],
            env=without_prefect() | settings(home) | environment,
            stdout=log,
            stderr=log,
        ) as process,
    ):
        url = f"http://127.0.0.1:{port}/api"
        try:
            _wait_for(url, process)
            yield LiveServer(url=url, home=home, wipe=lambda: restore(template, home))
        finally:
            process.kill()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server has ended: see server.log"
        try:
            if httpx.get(f"{url}/health").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(f"the server did not start within {_PATIENCE} s")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
