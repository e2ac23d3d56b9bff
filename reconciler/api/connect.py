"""How a server is reached: one connection pool, retries, credentials, time limits."""

import asyncio
import ssl
from collections.abc import Mapping
from importlib import metadata
from urllib.request import getproxies, proxy_bypass

import httpx

from reconciler.api.auth import Credentials, PrefectAuth
from reconciler.api.errors import Unreachable
from reconciler.api.retry import Backoff, RetryTransport, Sleep
from reconciler.api.trace import TraceTransport

_TIMEOUT = httpx.Timeout(60.0, connect=10.0)
_LIMITS = httpx.Limits(
    max_connections=16,
    keepalive_expiry=2.0,  # a Prefect server hangs up after 5 s: be well before it
)


def connect(
    url: str,
    *,
    auth: Credentials | None = None,
    headers: Mapping[str, str] | None = None,
    verify: ssl.SSLContext | bool = True,
    transport: httpx.AsyncBaseTransport | None = None,
    sleep: Sleep = asyncio.sleep,
) -> httpx.AsyncClient:
    """Make a client of the API at `url` ("http://127.0.0.1:4200/api"); close it with `async with`.

    `transport` stands in for the network. Without one, the proxies that the
    environment names are used.

    Raises:
        Unreachable: `url` is none, or a header cannot be sent.
    """
    named = {"User-Agent": _user_agent(), **(headers or {})}
    _check_sendable({**named, "Authorization": auth.header() if auth else ""}, call=url)
    try:
        base = httpx.URL(url.rstrip("/"))
    except httpx.InvalidURL as error:
        raise Unreachable(str(error), call=url) from error
    inner = transport or httpx.AsyncHTTPTransport(
        verify=verify, limits=_LIMITS, proxy=_proxy_for(base)
    )
    return httpx.AsyncClient(
        base_url=base,
        transport=RetryTransport(TraceTransport(inner), Backoff(), sleep=sleep),
        auth=PrefectAuth(auth, token_url=base.copy_with(path=f"{base.path}/csrf-token")),
        headers=named,
        timeout=_TIMEOUT,
        follow_redirects=False,
    )


def _check_sendable(headers: Mapping[str, str], *, call: str) -> None:
    for name, value in headers.items():
        if not (value.isascii() and value.isprintable()):
            raise Unreachable(f'the value of the header "{name}" cannot be sent', call=call)


def _proxy_for(url: httpx.URL) -> str | None:
    if proxy_bypass(url.host):
        return None
    proxies = getproxies()
    return proxies.get(url.scheme) or proxies.get("all")


def _user_agent() -> str:
    try:
        return f"prefect-reconciler/{metadata.version('prefect-reconciler')}"
    except metadata.PackageNotFoundError:  # run from a checkout
        return "prefect-reconciler/0"
