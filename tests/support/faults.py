"""What can go wrong between a client and a server, put around a server that works.

    Faults(server.transport, nth(3, lose_the_answer))
    Faults(server.transport, when(is_write, answer(503)))

A fault is handed the request and the transport, and so decides whether the server
gets to see it.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

import httpx

Fault: TypeAlias = Callable[[httpx.Request, httpx.AsyncBaseTransport], Awaitable[httpx.Response]]
Rule: TypeAlias = Callable[[int, httpx.Request], Fault | None]


class Killed(BaseException):
    """Stands for a process that ends here: nothing that catches `Exception` catches it."""


class Faults(httpx.AsyncBaseTransport):
    """Lets `rule` pick a fault for a request by its number, from 1, and its content."""

    def __init__(self, inner: httpx.AsyncBaseTransport, rule: Rule) -> None:
        self._inner = inner
        self._rule = rule
        self._seen = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Let the fault, if there is one, stand between."""
        self._seen += 1
        fault = self._rule(self._seen, request)
        if fault is None:
            return await self._inner.handle_async_request(request)
        return await fault(request, self._inner)


def nth(number: int, fault: Fault) -> Rule:
    """Make the `number`th request fail, retries counted."""
    return lambda seen, _: fault if seen == number else None


def when(condition: Callable[[httpx.Request], bool], fault: Fault, *, times: int = 1) -> Rule:
    """Make the first `times` requests fail of which `condition` holds."""
    left = iter(range(times))

    def rule(_: int, request: httpx.Request) -> Fault | None:
        return fault if condition(request) and next(left, None) is not None else None

    return rule


async def refuse(request: httpx.Request, inner: httpx.AsyncBaseTransport) -> httpx.Response:
    """Let no connection come about: the server sees nothing."""
    del inner
    raise httpx.ConnectError("connection refused", request=request)


async def cut(request: httpx.Request, inner: httpx.AsyncBaseTransport) -> httpx.Response:
    """Cut the connection after sending, before the server has done anything."""
    del inner
    raise httpx.RemoteProtocolError("server disconnected", request=request)


async def lose_the_answer(
    request: httpx.Request, inner: httpx.AsyncBaseTransport
) -> httpx.Response:
    """Let the server do it, and lose its answer."""
    await inner.handle_async_request(request)
    raise httpx.ReadError("connection reset", request=request)


async def kill_before(request: httpx.Request, inner: httpx.AsyncBaseTransport) -> httpx.Response:
    """End the process before the server has done it."""
    del inner
    raise Killed(f"before {request.method} {request.url.path}")


async def kill_after(request: httpx.Request, inner: httpx.AsyncBaseTransport) -> httpx.Response:
    """End the process when the server has done it."""
    await inner.handle_async_request(request)
    raise Killed(f"after {request.method} {request.url.path}")


def answer(
    status: int,
    *,
    headers: Mapping[str, str] | None = None,
    json: object = None,
    html: str | None = None,
) -> Fault:
    """Answer in the server's place, which sees nothing."""

    async def fault(request: httpx.Request, inner: httpx.AsyncBaseTransport) -> httpx.Response:
        del request, inner
        return httpx.Response(status, headers=headers, json=json, html=html)

    return fault
