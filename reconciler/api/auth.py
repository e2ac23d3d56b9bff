"""Who we are to the server: credentials, and the token that proves we are no browser.

A CSRF token is asked for only when a server wants one, once a process: asking again
makes the earlier token invalid.
"""

import asyncio
from base64 import b64encode
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias
from uuid import uuid4

from reconciler.api import wire
from reconciler.api.http import httpx

_CLIENT_ID = str(uuid4())


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A Prefect Cloud key."""

    key: str = field(repr=False)

    def header(self) -> str:
        """Return the value of `Authorization`."""
        return f"Bearer {self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Basic:
    """A self-hosted server's `user:password`; the password may hold colons."""

    user_and_password: str = field(repr=False)

    def header(self) -> str:
        """Return the value of `Authorization`; servers insist on the capital B."""
        return f"Basic {b64encode(self.user_and_password.encode()).decode()}"


Credentials: TypeAlias = ApiKey | Basic


class PrefectAuth(httpx.Auth):
    """Sign each request; fetch a CSRF token when the server first asks for one.

    Source: GET /csrf-token.  A token that has run out is replaced once a request.
    """

    def __init__(self, credentials: Credentials | None, *, token_url: httpx.URL) -> None:
        self._signature = {"Authorization": credentials.header()} if credentials else {}
        self._token_url = token_url.copy_set_param("client", _CLIENT_ID)
        self._csrf: Mapping[str, str] = {}
        self._fetching = asyncio.Lock()

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Yield the request, and once more with a new token if it was refused for that."""
        sent_with = self._csrf
        response = yield self._sign(request)
        await response.aread()
        if response.status_code != 403 or b"CSRF" not in response.content:
            return
        async with self._fetching:
            if self._csrf is sent_with:
                extensions = {**request.extensions, "repeatable": True}
                ask = httpx.Request("GET", self._token_url, extensions=extensions)
                answer = yield self._sign(ask)
                await answer.aread()
                self._csrf = _headers(answer)
        yield self._sign(request)

    def _sign(self, request: httpx.Request) -> httpx.Request:
        request.headers.update(self._signature)
        request.headers.update(self._csrf)
        return request


def _headers(answer: httpx.Response) -> Mapping[str, str]:
    try:
        token = wire.parse(wire.CsrfToken, answer.content).token
    except ValueError:
        return {}
    return {"Prefect-Csrf-Token": token, "Prefect-Csrf-Client": _CLIENT_ID}
