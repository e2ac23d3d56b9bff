"""Prefect's own server as people run it, over SQLite or PostgreSQL, emptied in no time.

Two workers share a PostgreSQL, and the folder that leases are kept in; Prefect's command
asks for Redis besides, for events, which nothing here reads.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import httpx

from benchmarks.python import PYTHON
from tests.matrix.cluster import postgres
from tests.support import template
from tests.support.environment import without_prefect
from tests.support.which_server import chosen

_PATIENCE = 90.0
_LEASES = "prefect.server.concurrency.lease_storage.filesystem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server; `url` ends in `/api`."""

    url: str
    home: Path
    empty: Path

    def wipe(self) -> None:
        """Forget everything."""
        self.restore(self.empty)

    def save(self, file: Path) -> None:
        """Note everything that it holds."""
        template.save(self.home, file)

    def restore(self, file: Path) -> None:
        """Hold what it held when the file was saved."""
        template.restore(file, self.home)


@contextmanager
def sqlite(place: Path, settings: Mapping[str, str] = MappingProxyType({})) -> Iterator[Server]:
    """One process, one file; `settings` in the words of Prefect's environment variables."""
    with _server(place / "sqlite", workers=1, settings=settings) as server:
        yield server


@contextmanager
def postgresql(place: Path, *, workers: int) -> Iterator[Server]:
    """PostgreSQL from Debian's packages, with so many workers of the server."""
    with postgres() as address:
        os.environ["DEPLOY_TEST_DATABASE"] = address
        chosen.cache_clear()
        try:
            with _server(place / f"postgresql-{workers}", workers=workers) as server:
                yield server
        finally:
            del os.environ["DEPLOY_TEST_DATABASE"]
            chosen.cache_clear()


@contextmanager
def _server(
    home: Path, *, workers: int, settings: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Server]:
    home.mkdir(parents=True)
    empty = home / "empty"
    made = home / "made"  # another one's: PostgreSQL makes a database from a dump only once
    made.mkdir()
    template.make(made, empty)
    template.restore(empty, home)
    port = _free_port()
    environment = (
        without_prefect()
        | template.settings(home)
        | {"PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": _LEASES, **settings}
    )
    program = [PYTHON, "-m", "uvicorn", "--factory", "prefect.server.api.server:create_app"]
    options = ["--host", "127.0.0.1", "--port", str(port), "--log-level", "error"]
    several = ["--workers", str(workers)] if workers > 1 else []
    with (
        (home / "server.log").open("wb") as log,
        subprocess.Popen(
            [*program, *options, *several], env=environment, stdout=log, stderr=log
        ) as process,
    ):
        url = f"http://127.0.0.1:{port}/api"
        try:
            _wait_for(url, process, home / "server.log")
            yield Server(url=url, home=home, empty=empty)
        finally:
            process.terminate()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            sys.exit(log.read_text())
        try:
            if httpx.get(f"{url}/health").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    sys.exit(f"the server did not start within {_PATIENCE} s")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
