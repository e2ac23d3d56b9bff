"""A clean environment for every test, and the servers of `tests/support`."""

import os
import shutil
import socket
from collections import Counter
from pathlib import Path

import pytest

from tests.support.environment import is_foreign
from tests.support.live_server import (
    live_server,
    live_server_process,
    scheduling_server,
    scheduling_server_process,
)
from tests.support.prefect_server import client, prefect_server, server
from tests.support.template import template
from tests.support.versions import deselect, lines
from tests.support.which_server import chosen

__all__ = [
    "client",
    "live_server",
    "live_server_process",
    "prefect_server",
    "scheduling_server",
    "scheduling_server_process",
    "server",
    "template",
]

_MEMORY = Path("/dev/shm")
_ENOUGH = 4 * 2**30  # bytes, for a whole run
_THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})
_connect = socket.socket.connect
_LEFT_OUT = pytest.StashKey[Counter[str]]()


def pytest_configure() -> None:
    """Have temporary files in memory where there is enough: a server's time is a disk's flushes."""
    if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free >= _ENOUGH:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with files that take long; leave out what says nothing of the server that was chosen.

    The short ones then fill up what the workers have left to do.
    """
    long = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in long)
    if not chosen().is_ours:
        config.stash[_LEFT_OUT] = deselect(config, items)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say which those were, and why."""
    for line in lines(config.stash.get(_LEFT_OUT, Counter())):
        terminalreporter.write_line(f"{chosen()}: {line}")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hide what Prefect, CI systems and terminals have set; point Prefect at an empty home."""
    for name in filter(is_foreign, list(os.environ)):
        monkeypatch.delenv(name)
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect-home"))
    monkeypatch.setenv("DEPLOY_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse connections that leave this machine."""
    monkeypatch.setattr(socket.socket, "connect", _connect_here)


def _connect_here(sock: socket.socket, address: tuple[str, int] | str) -> None:
    if isinstance(address, tuple) and address[0] not in _THIS_MACHINE:
        raise ConnectionRefusedError(f"tests do not talk to {address[0]}")
    _connect(sock, address)
