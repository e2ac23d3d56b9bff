"""Try again what may pass, and never what could then have been done twice.

A request is repeatable if it is a GET or carries the extension `repeatable`.
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from random import SystemRandom
from typing import TypeAlias

import httpx

Sleep: TypeAlias = Callable[[float], Awaitable[None]]

_NOT_CARRIED_OUT = frozenset({408, 429, 503})
_PERHAPS_CARRIED_OUT = frozenset({502})
NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
_FIRST_CONTACT_TRIES = 3
_LONGEST_PAUSE = 120.0
_CHANCE = SystemRandom().random


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """How often, and how long between, in seconds; each pause doubles up to `ceiling`."""

    tries: int = 10
    first: float = 0.1
    ceiling: float = 2.0

    def pauses(self, chance: Callable[[], float]) -> Iterator[float]:
        """Yield one pause fewer than there are tries, each between its half and its whole."""
        for n in range(self.tries - 1):
            yield min(self.first * 2**n, self.ceiling) * (0.5 + chance() / 2)


class RetryTransport(httpx.AsyncBaseTransport):
    """Answers of `inner`, asked again while they look as if they would pass.

    A server's own Retry-After is waited for, unless it is longer than two minutes:
    then its answer is the answer. An answer is read here, so that one cut short
    counts as lost; a 5xx is handed on without its body (see `_whole`).
    A server that has never answered is rather misspelled than restarting, and is
    given three tries.
    """

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        backoff: Backoff,
        *,
        sleep: Sleep,
        chance: Callable[[], float] = _CHANCE,
    ) -> None:
        self._inner = inner
        self._backoff = backoff
        self._sleep = sleep
        self._chance = chance
        self._has_answered = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send, and send again after a pause while that is useful and safe."""
        for tried, pause in enumerate(self._backoff.pauses(self._chance), start=1):
            try:
                response = await self._exchange(request)
            except httpx.TransportError as error:
                if not self._may_repeat(request, error, tried=tried):
                    raise
                await self._sleep(pause)
            else:
                asked = _retry_after(response)
                if not _will_pass(request, response) or asked > _LONGEST_PAUSE:
                    return response
                await self._sleep(max(pause, asked))
        return await self._exchange(request)

    async def aclose(self) -> None:
        """Close the transport inside."""
        await self._inner.aclose()

    async def _exchange(self, request: httpx.Request) -> httpx.Response:
        response = await _whole(await self._inner.handle_async_request(request))
        self._has_answered = True
        return response

    def _may_repeat(self, request: httpx.Request, error: Exception, *, tried: int) -> bool:
        if isinstance(error, NEVER_SENT):
            return self._has_answered or tried < _FIRST_CONTACT_TRIES
        return _is_repeatable(request)


async def _whole(response: httpx.Response) -> httpx.Response:
    """Read the answer; of a 5xx keep the status alone, and drop its connection.

    Prefect's server closes a connection after a 5xx without saying so, and the next
    request on it would be lost. httpx pools only what was read to the end.
    """
    if response.status_code < 500:
        await response.aread()
        return response
    kept = {k: v for k, v in response.headers.items() if k in ("date", "retry-after")}
    await response.aclose()
    return httpx.Response(response.status_code, headers=kept)


def _is_repeatable(request: httpx.Request) -> bool:
    return request.method == "GET" or bool(request.extensions.get("repeatable"))


def _will_pass(request: httpx.Request, response: httpx.Response) -> bool:
    status = response.status_code
    return status in _NOT_CARRIED_OUT or (
        status in _PERHAPS_CARRIED_OUT and _is_repeatable(request)
    )


def _retry_after(response: httpx.Response) -> float:
    """Return the seconds asked for; a date, which no Prefect server sends, counts as none."""
    try:
        return float(response.headers.get("Retry-After", "0"))
    except ValueError:
        return 0.0
