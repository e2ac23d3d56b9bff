"""The server's events, as they happen: only what they concern is taken, never what they say.

The only importer of `websockets`.  Not everything that changes has an event (a schedule has
none): the ordinary look at the whole remains.

Source: the protocol of Prefect's own client, `/events/out`.
"""

import asyncio
import json
import logging
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from compiler.desired.json import Json
from controller.queue import Backoff

LOG = logging.getLogger(__name__)
_KINDS = (
    "deployment",
    "work-pool",
    "work-queue",
    "variable",
    "block-document",
    "concurrency-limit",
    "automation",
)
_ACTS = ("created", "updated", "deleted")
_LARGEST = 16 * 2**20  # bytes of an event
_PATIENCE = 20.0  # seconds to be let in
_OVERLAP = timedelta(seconds=60)  # clocks differ
_FAR = timedelta(days=365)  # without an end there are only past events
_BACKOFF = Backoff(first=1.0, ceiling=60.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """Where a server's events are heard, and the way in."""

    api_url: str
    token: str | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    tls: ssl.SSLContext | None = None

    @property
    def url(self) -> str:
        """The address of the stream."""
        return f"{self.api_url.rstrip('/').replace('http', 'ws', 1)}/events/out"


class NotHeard(Exception):
    """The stream ended, or there is none."""


async def ids(feed: Feed, since: datetime, opened: Callable[[], None]) -> AsyncIterator[str]:
    """The ids of things as something happens to them, from `since` on; `opened` is told first.

    Raises:
        NotHeard: always, in the end.
    """
    try:
        async with _subscribed(feed, since) as socket:
            opened()
            async for message in socket:
                yield _concerned(message)
    except (OSError, TimeoutError, ValueError, WebSocketException) as error:
        raise NotHeard(type(error).__name__) from error
    raise NotHeard("the server ended it")


@asynccontextmanager
async def _subscribed(feed: Feed, since: datetime) -> AsyncIterator[ClientConnection]:
    async with asyncio.timeout(_PATIENCE) as limit:
        socket = connect(
            feed.url,
            subprotocols=[Subprotocol("prefect")],
            additional_headers=dict(feed.headers),
            ssl=feed.tls,
            max_size=_LARGEST,
        )
        async with socket as connected:
            await _subscribe(connected, feed, since)
            limit.reschedule(None)
            yield connected


async def _subscribe(socket: ClientConnection, feed: Feed, since: datetime) -> None:
    await socket.send(json.dumps({"type": "auth", "token": feed.token}))
    answer = json.loads(await socket.recv())
    if not isinstance(answer, Mapping) or answer.get("type") != "auth_success":
        raise NotHeard("the server does not let us in")
    names = [f"prefect.{kind}.{act}" for kind in _KINDS for act in _ACTS]
    occurred = {"since": since.isoformat(), "until": (datetime.now(UTC) + _FAR).isoformat()}
    wanted = {"event": {"name": names}, "occurred": occurred}
    await socket.send(json.dumps({"type": "filter", "filter": wanted, "backfill": True}))


def _concerned(message: str | bytes) -> str:
    """The id of what an event is about; nothing for one that is about nothing."""
    said: Json = json.loads(message)
    event = said.get("event") if isinstance(said, Mapping) else None
    resource = event.get("resource") if isinstance(event, Mapping) else None
    name = resource.get("prefect.resource.id") if isinstance(resource, Mapping) else None
    return name.rpartition(".")[2] if isinstance(name, str) else ""


@dataclass(slots=True, kw_only=True)
class Hearing:
    """Hears, and begins anew when it was cut off; `opened` and `lost` are told.

    `sleep` and `chance` are given.
    """

    feed: Feed
    heard: Callable[[str], None]
    opened: Callable[[], None]
    lost: Callable[[], None]
    chance: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _failures: int = field(default=0, init=False)

    async def go_on(self) -> None:
        """Until it is cancelled."""
        since = datetime.now(UTC) - _OVERLAP
        while True:
            try:
                async for id in ids(self.feed, since, self._opened):
                    self.heard(id)
            except NotHeard as why:
                LOG.info("the server's events are not heard: %s", why)
            self.lost()
            since = datetime.now(UTC) - _OVERLAP if not self._failures else since
            self._failures += 1
            await self.sleep(_BACKOFF.pause(self._failures, self.chance()))

    def _opened(self) -> None:
        self._failures = 0
        self.opened()
