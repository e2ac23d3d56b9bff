"""Sends one call at a time and reads its answer.  Raises nothing but `api.errors`.

Bodies hold JSON and nothing else. Deleting what is not there is no error: a delete
whose answer was lost is sent again.
"""

import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self, TypeAlias, TypeVar
from urllib.parse import quote

from compiler.desired.json import Json
from compiler.desired.secret import Secret
from reconciler.api import wire
from reconciler.api.answers import is_good, lost, refusal
from reconciler.api.connect import Connection
from reconciler.api.errors import NotFound, NotPrefect
from reconciler.api.http import httpx
from reconciler.api.pace import Pace
from reconciler.api.paging import Part, read_offsets, read_pages
from reconciler.api.permit import Permit, asking, both
from reconciler.api.trace import Hearer, listen

Body: TypeAlias = Mapping[str, Json]
Payload: TypeAlias = Body | Sequence[Body] | None
T = TypeVar("T")
R = TypeVar("R", bound=wire.Identified)
_WORKSPACE = re.compile(r"/accounts/[^/]+/workspaces/[^/]+")


class Asker:
    """A server behind a connection made by `connect`; `hearer` is told of its requests."""

    def __init__(
        self, http: Connection, permit: Permit | None = None, *, hearer: Hearer | None = None
    ) -> None:
        self._http = http
        self._permit = permit
        if hearer is not None:
            listen(http, hearer)
        self._clock: datetime | None = None
        self._version: str | None = None
        self._route = http.route

    @property
    def pace(self) -> Pace:
        """How much may be asked of the server at once."""
        return self._http.pace

    @property
    def is_cloud(self) -> bool:
        """Whether it is a workspace of Prefect Cloud, which has no version."""
        return _WORKSPACE.search(self._http.base_url.path) is not None

    def permitted_by(self, permit: Permit) -> Self:
        """Return a client that asks `permit` before each sending of what does not only look."""
        return type(self)(self._http, both(self._permit, permit))

    def clock(self) -> datetime | None:
        """Return the server's time at its last answer, to the second; None if it told none."""
        return self._clock

    def now(self) -> datetime:
        """Return that time; ours where the server tells none."""
        return self._clock or datetime.now(UTC)

    async def _read_pages(self, kind: type[wire.Page[R]], call: str, *, body: Body) -> list[R]:
        return await self._through_pages(
            lambda page: self._ask(kind, call, body={**body, **page}, repeatable=True), call
        )

    async def _through_pages(
        self, ask: Callable[[Part], Awaitable[wire.Page[R]]], call: str
    ) -> list[R]:
        try:
            return await read_pages(ask, call=call)
        except NotFound as error:  # a list is never missing: this is another address
            raise NotPrefect(error.reason, call=call) from error

    async def _read_list(self, kind: type[list[R]], call: str, *, body: Body) -> list[R]:
        return await read_offsets(
            lambda part: self._ask(kind, call, body={**body, **part}, repeatable=True)
        )

    async def _delete(self, call: str) -> None:
        with suppress(NotFound):
            await self._send(call, repeatable=True)

    async def _ask(
        self, kind: type[T], call: str, *, body: Payload = None, repeatable: bool = False
    ) -> T:
        response = await self._send(call, body=body, repeatable=repeatable)
        try:
            return wire.parse(kind, response.content)
        except ValueError:  # whose text quotes the answer, and so perhaps a secret
            reason = "the answer has another form than that of a Prefect 3 server"
            raise NotPrefect(reason, call=call) from None

    async def _send(
        self, call: str, *, body: Payload = None, repeatable: bool = False
    ) -> httpx.Response:
        """Send `call` ("PATCH /deployments/…") and return its answer if it is a good one."""
        method, path = call.split(" ", maxsplit=1)
        repeatable = repeatable or method == "GET"
        request = self._http.build_request(
            method,
            path,
            content=None if body is None else json.dumps(body, default=_revealed),
            headers={} if body is None else {"Content-Type": "application/json"},
            extensions={
                "repeatable": repeatable,
                "call": call,
                "permit": asking(self._permit, call),
            },
        )
        try:
            response = await self._http.send(request)
        except httpx.RequestError as error:
            raise lost(error, call, self._route, repeatable=repeatable) from error
        response.stream = httpx.ByteStream(b"")  # read, and a ring: each holds the other
        self._clock = _date(response) or self._clock
        if not is_good(response):
            raise refusal(response, call, self._route, repeatable=repeatable)
        return response


def _revealed(value: object) -> object:
    """What JSON takes for a value that it does not know: here alone a secret is told."""
    if isinstance(value, Secret):
        return value.reveal()
    assert isinstance(value, Mapping)
    return dict(value)


def quoted(name: str) -> str:
    """The name as a part of a path."""
    return quote(name, safe="")


def _date(response: httpx.Response) -> datetime | None:
    try:
        return parsedate_to_datetime(response.headers.get("Date", ""))
    except ValueError:
        return None
