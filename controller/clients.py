"""One client of the server for all looks, and every few minutes a new one.

So there are few connections, and all together keep the pace that the server bears.  A client
waits for its server for so long and no longer, all requests together, and knows its version
from its first day: neither may last for ever.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Self

from reconciler.api.client import PrefectClient

_LASTS = 300.0  # seconds

Opening = Callable[[], AbstractAsyncContextManager[PrefectClient]]


@dataclass(slots=True, kw_only=True)
class _Line:
    """An open client, how many use it, and since when."""

    client: PrefectClient
    closing: AsyncExitStack
    since: float
    users: int = field(default=0)


class Clients:
    """Hands out the client of the day; close it with `async with`."""

    def __init__(self, opening: Opening, clock: Callable[[], float]) -> None:
        self._opening = opening
        self._clock = clock
        self._line: _Line | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        line, self._line = self._line, None
        if line is not None:
            await line.closing.aclose()

    @asynccontextmanager
    async def use(self) -> AsyncIterator[PrefectClient]:
        """A client, which stays open as long as this lasts.

        Raises:
            ApiError: there can be none.
        """
        line = await self._current()
        line.users += 1
        try:
            yield line.client
        finally:
            line.users -= 1
            if line is not self._line and not line.users:
                await line.closing.aclose()

    async def _current(self) -> _Line:
        line, now = self._line, self._clock()
        if line is not None and now - line.since < _LASTS:
            return line
        closing = AsyncExitStack()
        client = await closing.enter_async_context(self._opening())
        self._line = _Line(client=client, closing=closing, since=now)
        if line is not None and not line.users:
            await line.closing.aclose()
        return self._line
