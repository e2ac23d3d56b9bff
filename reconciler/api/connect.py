"""How a server is reached: connections, proxies, retries, credentials, time limits."""

import asyncio
import logging
import re
import ssl
from collections.abc import Mapping
from importlib import metadata
from urllib.request import getproxies, proxy_bypass

from reconciler.api.auth import Credentials, PrefectAuth
from reconciler.api.errors import Unreachable
from reconciler.api.http import httpx
from reconciler.api.pace import Pace, Sleep, Width
from reconciler.api.permit import PermitTransport
from reconciler.api.retry import Backoff, RetryTransport
from reconciler.api.trace import TraceTransport
from reconciler.api.trouble import Route

_LOG = logging.getLogger(__name__)
_TIMEOUT = httpx.Timeout(60.0, connect=10.0)
_MOST = 16
_KEPT_OPEN = httpx.Limits(
    max_connections=_MOST,
    keepalive_expiry=2.0,  # a Prefect server hangs up after 5 s: be well before it
)
_USED_ONCE = httpx.Limits(max_connections=_MOST, max_keepalive_connections=0)
_PROXY_HINT = "write http://HOST:PORT into HTTPS_PROXY or HTTP_PROXY"
_OURS = frozenset({"user-agent", "prefect-csrf-token", "prefect-csrf-client"})
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # what RFC 9110 lets a header be called


class Connection(httpx.AsyncClient):
    """A client with what is known of its way: the route, and the pace the server keeps."""

    route: Route
    pace: Pace


def connect(
    url: str,
    *,
    auth: Credentials | None = None,
    headers: Mapping[str, str] | None = None,
    verify: ssl.SSLContext | bool = True,
    transport: httpx.AsyncBaseTransport | None = None,
    sleep: Sleep = asyncio.sleep,
) -> Connection:
    """Make a client of the API at `url` ("http://127.0.0.1:4200/api"); close it with `async with`.

    `transport` stands in for the network: a server in this process, which is asked to do one
    thing at a time. Without one, the proxies that the environment names are used.

    Raises:
        Unreachable: `url` or the address of a proxy is none, or a header cannot be sent.
    """
    named = {"User-Agent": _user_agent(), **_others(headers or {})}
    _check_sendable({**named, "Authorization": auth.header() if auth else ""}, call=url)
    try:
        base = httpx.URL(url.rstrip("/"))
    except httpx.InvalidURL as error:
        raise Unreachable(str(error), call=url) from error
    proxy = _proxy_for(base) if transport is None else None
    inner = transport or _Network(verify=verify, proxy=proxy)
    pace = None if transport is None else Pace(Width(most=1), sleep=sleep)
    heard = PermitTransport(TraceTransport(inner))
    retrying = RetryTransport(heard, Backoff(), pace=pace, sleep=sleep)
    made = Connection(
        base_url=base,
        transport=retrying,
        auth=PrefectAuth(auth, token_url=base.copy_with(path=f"{base.path}/csrf-token")),
        headers=named,
        timeout=_TIMEOUT,
        follow_redirects=False,
    )
    made.route = Route(
        server=_place(base),
        proxy=None if proxy is None else _place(proxy.url),
        is_encrypted=base.scheme == "https",
    )
    made.pace = retrying.pace
    if proxy is not None:
        _LOG.info("%s is reached by way of the proxy %s", made.route.server, made.route.proxy)
    return made


class _Network(httpx.AsyncBaseTransport):
    """Connections that are kept open, and for what must not be sent twice, new ones.

    A server may hang up on an idle connection at the moment when something is sent on it:
    then nobody knows whether it was seen. On a new connection that cannot be.
    """

    def __init__(self, *, verify: ssl.SSLContext | bool, proxy: httpx.Proxy | None) -> None:
        context = httpx.create_ssl_context(verify=verify)
        self._kept, self._once = (
            httpx.AsyncHTTPTransport(verify=context, limits=limits, proxy=proxy)
            for limits in (_KEPT_OPEN, _USED_ONCE)
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send it where it is safe."""
        may_repeat = request.extensions.get("repeatable", True)
        return await (self._kept if may_repeat else self._once).handle_async_request(request)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._kept.aclose()
        await self._once.aclose()


def _others(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers that are not ours to say, and no part of how we show who we are."""
    return {name: value for name, value in headers.items() if name.lower() not in _OURS}


def _check_sendable(headers: Mapping[str, str], *, call: str) -> None:
    for name, value in headers.items():
        if not _TOKEN.fullmatch(name):
            hint = "a name has letters, digits and hyphens"
            raise Unreachable(f"a header cannot be called {name!r}", call=call, hint=hint)
        if not (value.isascii() and value.isprintable()):
            message = f'the value of the header "{name}" cannot be sent'
            raise Unreachable(message, call=call, hint="is there a line break at its end?")


def _proxy_for(url: httpx.URL) -> httpx.Proxy | None:
    """The proxy that the environment names for an address.

    Raises:
        Unreachable: its address is none.
    """
    if proxy_bypass(_place(url)):
        return None
    proxies = getproxies()
    written = proxies.get(url.scheme) or proxies.get("all")
    if not written:
        return None
    try:
        proxy = httpx.Proxy(written if "://" in written else f"http://{written}")
    except (ValueError, httpx.InvalidURL) as error:  # whose words may hold the password
        message = "the address of the proxy is none"
        raise Unreachable(message, call=_place(url), hint=_PROXY_HINT) from error
    if proxy.url.scheme not in ("http", "https") or not proxy.url.host:
        message = f"a proxy of the kind '{proxy.url.scheme}' cannot be used"
        raise Unreachable(message, call=_place(url), hint=_PROXY_HINT)
    return proxy


def _place(url: httpx.URL) -> str:
    """HOST:PORT."""
    port = url.port or {"https": 443, "http": 80}.get(url.scheme, 0)
    return f"[{url.host}]:{port}" if ":" in url.host else f"{url.host}:{port}"


def _user_agent() -> str:
    try:
        return f"prefect-reconciler/{metadata.version('prefect-reconciler')}"
    except metadata.PackageNotFoundError:  # run from a checkout
        return "prefect-reconciler/0"
