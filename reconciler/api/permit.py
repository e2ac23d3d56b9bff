"""Asks, right before a request goes out, whether it still may: each time that it is sent.

A request's extension `permit` raises if it may not.
"""

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from reconciler.api.http import httpx

Permit: TypeAlias = Callable[[str], None]

_ONLY_LOOKS = ("/filter", "/paginate")


class PermitTransport(httpx.AsyncBaseTransport):
    """Hands on to `inner` what has its permit, or needs none."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Ask, and hand on."""
        permit = request.extensions.get("permit")
        if permit is not None:
            permit()
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Close the transport inside."""
        await self._inner.aclose()


def asking(permit: Permit | None, call: str) -> Callable[[], None] | None:
    """What a request carries to be asked for; None if it needs no permit, or only looks."""
    only_looks = call.startswith("GET ") or call.endswith(_ONLY_LOOKS)
    return None if permit is None or only_looks else partial(permit, call)


def both(first: Permit | None, second: Permit) -> Permit:
    """A permit that needs two."""

    def ask(call: str) -> None:
        if first is not None:
            first(call)
        second(call)

    return ask
