"""What was asked of the server, sorted by what it did there."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock

import httpx

from compiler.desired.json import Json
from reconciler.api.trace import Role, named, role_of

__all__ = ["Call", "Calls", "Recorder", "Role", "noted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request as it went over the wire; `status` is None if no answer came back.

    `path` is as sent, without the server's address, `/api` and the query.
    """

    method: str
    path: str
    body: Json = None
    status: int | None = None

    @property
    def role(self) -> Role:
        """Tell reads, the tool's own bookkeeping, and writes to what users own apart."""
        return role_of(self.method, self.path, named(self.body))

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Calls:
    """All calls so far, in the order of their answers; any thread may add and read."""

    def __init__(self) -> None:
        self._calls: list[Call] = []
        self._lock = Lock()

    def __iter__(self) -> Iterator[Call]:
        with self._lock:
            return iter(self._calls.copy())

    def __len__(self) -> int:
        return len(self._calls)

    def add(self, call: Call) -> None:
        """Note one more."""
        with self._lock:
            self._calls.append(call)

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._calls.clear()

    @property
    def reads(self) -> list[Call]:
        """GET, and the POSTs that only look."""
        return [call for call in self if call.role is Role.READ]

    @property
    def housekeeping(self) -> list[Call]:
        """Scheduling, locks, the ledger's blocks, CSRF tokens."""
        return [call for call in self if call.role is Role.HOUSEKEEPING]

    @property
    def writes_to_owned(self) -> list[Call]:
        """All else."""
        return [call for call in self if call.role is Role.WRITE]


class Recorder(httpx.AsyncBaseTransport):
    """Notes in `calls` what passes through to `inner`, retries included."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self.calls = Calls()
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Hand on, and note what came of it."""
        status = None
        try:
            response = await self._inner.handle_async_request(request)
            status = response.status_code
        finally:
            path = request.url.raw_path.decode().partition("?")[0]
            self.calls.add(noted(request.method, path, body=request.content, status=status))
        return response

    async def aclose(self) -> None:
        """Close what is inside."""
        await self._inner.aclose()


def noted(method: str, path: str, *, body: bytes, status: int | None) -> Call:
    """Build a call from what went over the wire."""
    read = json.loads(body) if body else None
    return Call(method=method, path=path.removeprefix("/api"), body=read, status=status)
