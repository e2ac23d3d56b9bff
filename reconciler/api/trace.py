"""Who hears of each request as it is sent and as it is answered, retries included.

Heard are the method, the path and the names of the fields that are written: never a
value, a header, a query or a password, so that it may be kept.
"""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from typing import Protocol

from compiler.desired.json import Json
from reconciler.api.http import httpx

_HOUSEKEEPING = re.compile(
    r"""  GET    \s .*/csrf-token
        | POST   \s .*/deployments/[^/]+/schedule
        | \w+    \s .*/block_(types|schemas)/.*
        | POST   \s .*/v2/concurrency_limits/(in|de)crement(-with-lease)?
        | POST   \s .*/v2/concurrency_limits/leases/[^/]+/renew
        | (PATCH|DELETE) \s .*/variables/name/deploy_(lock|suspended)_[^/]+
        | POST   \s .*/(artifacts/|events)
    """,
    re.VERBOSE,
)
_BLOCK = re.compile(r"\w+ .*/block_documents/.*")
_LEDGER = "deploy-ledger"
_OF_A_LEDGER = frozenset({"format", "state", "undo"})
_MAKES_A_LOCK = re.compile(
    r"POST .*/(variables|v2/concurrency_limits)/ deploy([-_]lock[:_]|_suspended_).*"
)
_HEARER, _TRIED = "hearer", "tried"
_READ = re.compile(r"(GET|HEAD) .*|POST .*/(filter|paginate|count|history)")


class Role(StrEnum):
    """What a request is for: to look, to keep our own books, or to change what users own."""

    READ = "read"
    HOUSEKEEPING = "housekeeping"
    WRITE = "write"


def role_of(method: str, path: str, name: str = "") -> Role:
    """What a request is for; `name` is what `named` says of its body."""
    line = f"{method} {path}"
    if _READ.fullmatch(line) and not path.endswith("/csrf-token"):
        return Role.READ
    if _BLOCK.fullmatch(line):
        return Role.HOUSEKEEPING if name == _LEDGER else Role.WRITE
    if _MAKES_A_LOCK.fullmatch(f"{line} {name}"):
        return Role.HOUSEKEEPING
    return Role.HOUSEKEEPING if _HOUSEKEEPING.fullmatch(line) else Role.WRITE


def named(body: Json) -> str:
    """The name of the thing that a body makes; of any ledger it is one."""
    if not isinstance(body, Mapping):
        return ""
    data = body.get("data")
    is_ledger = isinstance(data, Mapping) and {"format", "state"} <= data.keys() <= _OF_A_LEDGER
    return _LEDGER if is_ledger else str(body.get("name", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A request on its way: the `number`th of this client, tried for the `tried`th time.

    `fields` are the names at the top of what is written; none for a request that looks.
    """

    number: int
    method: str
    path: str
    tried: int
    fields: tuple[str, ...] = ()
    role: Role = Role.READ


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came of a request after so many seconds: a status, else the kind of error."""

    sent: Sent
    seconds: float
    status: int | None = None
    error: str | None = None


class Hearer(Protocol):
    """Whoever wants to know; must not raise."""

    def sent(self, request: Sent) -> None:
        """A request is about to be sent."""

    def answered(self, answer: Answered) -> None:
        """It was answered, or it was lost."""


def listen(http: httpx.AsyncClient, hearer: Hearer) -> None:
    """Let `hearer` know of every request that this client makes from now on."""

    async def name_hearer(request: httpx.Request) -> None:
        request.extensions[_HEARER] = hearer

    hooks = http.event_hooks
    http.event_hooks = {**hooks, "request": [*hooks["request"], name_hearer]}


class TraceTransport(httpx.AsyncBaseTransport):
    """Tells the hearer of a request, if it has one, of what passes through to `inner`."""

    def __init__(
        self, inner: httpx.AsyncBaseTransport, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._inner = inner
        self._clock = clock
        self._numbers = count(1)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Hand on, and tell of both ways."""
        hearer: Hearer | None = request.extensions.get(_HEARER)
        if hearer is None:
            return await self._inner.handle_async_request(request)
        sent = _sent(request, number=next(self._numbers))
        hearer.sent(sent)
        began = self._clock()
        try:
            response = await self._inner.handle_async_request(request)
        except httpx.TransportError as error:
            lost = type(error).__name__
            hearer.answered(Answered(sent=sent, seconds=self._clock() - began, error=lost))
            raise
        seconds = self._clock() - began
        hearer.answered(Answered(sent=sent, seconds=seconds, status=response.status_code))
        return response

    async def aclose(self) -> None:
        """Close the transport inside."""
        await self._inner.aclose()


def _sent(request: httpx.Request, *, number: int) -> Sent:
    tried = int(request.extensions.get(_TRIED, 0)) + 1
    request.extensions[_TRIED] = tried
    path = request.url.raw_path.decode("ascii").partition("?")[0]
    body = _body(request.content)
    role = role_of(request.method, path, named(body))
    fields = () if role is Role.READ else _fields(body)
    return Sent(
        number=number, method=request.method, path=path, tried=tried, fields=fields, role=role
    )


def _body(content: bytes) -> Json:
    try:
        body: Json = json.loads(content) if content else {}
    except ValueError:
        return {}
    return body


def _fields(body: Json) -> tuple[str, ...]:
    """The names at the top of a body; those of all its items for a list."""
    items = body if isinstance(body, list) else [body]
    names = (name for item in items if isinstance(item, dict) for name in item)
    return tuple(dict.fromkeys(names))
