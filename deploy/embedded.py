"""Prefect's own server, in this process."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec

from deploy.complaint import Complaint
from reconciler.api.http import httpx

URL = "http://embedded/api"
_QUIET = {
    "PREFECT_LOGGING_LEVEL": "ERROR",
    "PREFECT_LOGGING_SERVER_LEVEL": "ERROR",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
}


@asynccontextmanager
async def embedded_server() -> AsyncIterator[httpx.AsyncBaseTransport]:
    """A transport to the server, which runs as long as the context is open.

    Raises:
        Complaint: Prefect is not installed.
    """
    if find_spec("prefect") is None:
        raise Complaint(
            "the embedded server needs Prefect, which is not installed here",
            hint="pip install 'prefect-reconciler[embedded]', or name a server with --api-url",
        )
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    from prefect.server.api.server import create_app  # noqa: PLC0415  # seconds to import

    app = create_app(ephemeral=True)
    async with app.router.lifespan_context(app):
        yield httpx.ASGITransport(app=app, raise_app_exceptions=False)  # they are answers: 500
