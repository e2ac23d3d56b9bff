"""Prefect's own server, in this process, in a thread with an event loop of its own.

The thread is what frees tests from caring about loops: any loop may use the
transport, also one that `asyncio.run` makes in a synchronous test.
"""

import asyncio
import importlib
import os
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any
from unittest.mock import patch

import httpx
import pytest

from reconciler.api.client import PrefectClient
from reconciler.api.connect import Connection, connect
from tests.support.template import WITHOUT_SERVICES, copy, database, settings

URL = "http://prefect.test/api"
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PrefectServer:
    """A running server; `transport` takes the place of the network.

    `keep` notes what it holds in a file, and returns what brings that back; `quiet` waits
    until it has done all that was asked, also by those who did not wait for it.
    """

    transport: httpx.AsyncBaseTransport
    wipe: Callable[[], None]
    keep: Callable[[Path], Callable[[], None]]
    quiet: Callable[[], Awaitable[None]]
    url: str = URL

    def connect(self, transport: httpx.AsyncBaseTransport | None = None) -> Connection:
        """Make a client, through `transport` (a recorder, faults) if given."""
        return connect(self.url, transport=transport or self.transport)


class _InThread(httpx.AsyncBaseTransport):
    """Hands each request to `inner` in the loop of another thread.

    A request that is cancelled here is carried out there all the same, as it is by a
    server whose caller hangs up.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, loop: asyncio.AbstractEventLoop) -> None:
        self._inner = inner
        self._loop = loop
        self._under_way: set[Future[httpx.Response]] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answering = self._inner.handle_async_request(request)
        answer = asyncio.run_coroutine_threadsafe(answering, self._loop)
        self._under_way.add(answer)
        answer.add_done_callback(self._under_way.discard)
        return await asyncio.shield(asyncio.wrap_future(answer))

    async def quiet(self) -> None:
        """Wait for the requests that are still being carried out."""
        if self._under_way:
            await asyncio.wait([asyncio.wrap_future(each) for each in tuple(self._under_way)])


@pytest.fixture(scope="session")
def prefect_server(
    template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PrefectServer]:
    """The server of this session.  Tests take `server`, which is wiped after each."""
    home = tmp_path_factory.mktemp("prefect-server")
    copy(template, database(home))
    app = _make_app(home)
    started: Future[asyncio.AbstractEventLoop] = Future()
    stop = asyncio.Event()
    thread = Thread(target=asyncio.run, args=[_serve(app, started, stop)], daemon=True)
    thread.start()
    loop = started.result(timeout=_PATIENCE)
    transport = _InThread(httpx.ASGITransport(app, raise_app_exceptions=False), loop)
    yield PrefectServer(
        transport=transport,
        quiet=transport.quiet,
        wipe=lambda: copy(template, database(home)),
        keep=lambda kept: _kept(database(home), kept),
    )
    loop.call_soon_threadsafe(stop.set)
    thread.join(timeout=_PATIENCE)


def _kept(held: Path, kept: Path) -> Callable[[], None]:
    copy(held, kept)
    return lambda: copy(kept, held)


@pytest.fixture
def server(prefect_server: PrefectServer) -> Iterator[PrefectServer]:
    """A real Prefect server, in this process, that holds nothing yet."""
    yield prefect_server
    prefect_server.wipe()


@pytest.fixture
async def client(server: PrefectServer) -> AsyncIterator[PrefectClient]:
    """A client of `server`."""
    async with server.connect() as http:
        yield PrefectClient(http)


def _make_app(home: Path) -> Any:
    environment = settings(home) | WITHOUT_SERVICES
    with patch.dict(os.environ, environment), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        importlib.import_module("prefect.context").refresh_global_settings_context()
        return importlib.import_module("prefect.server.api.server").create_app(ephemeral=True)


async def _serve(app: Any, started: Future[asyncio.AbstractEventLoop], stop: asyncio.Event) -> None:
    try:
        async with app.router.lifespan_context(app):
            started.set_result(asyncio.get_running_loop())
            await stop.wait()
    except BaseException as error:
        if not started.done():
            started.set_exception(error)
        raise
