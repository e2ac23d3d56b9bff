"""Serves an application on a socket, in the controller's loop.  The only importer of `uvicorn`."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp

_MOST = 200  # connections at a time
_ENDS_WITHIN = 3  # seconds for answers that are under way


class _Server(uvicorn.Server):
    """One that leaves signals to the controller."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take none."""
        yield


def open_door(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 is any that is free.

    Raises:
        OSError: the address is not this machine's, or taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=_MOST)


@asynccontextmanager
async def listening(app: ASGIApp, door: socket.socket) -> AsyncIterator[None]:
    """Answer at the socket for as long as the block lasts."""
    served = uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        lifespan="off",
        ws="none",
        server_header=False,
        limit_concurrency=_MOST,
        timeout_graceful_shutdown=_ENDS_WITHIN,
    )
    server = _Server(served)
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve(sockets=[door]))
        try:
            yield
        finally:
            server.should_exit = True
