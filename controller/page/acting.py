"""Who may do something, and whether it is they who ask: sessions, forms, where they come from."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from controller.page.sessions import Gate, Seal, Session, Sessions, is_same

_LARGEST = 4_096  # bytes of a form
_FIELDS = 10
_PATIENCE = 5.0  # seconds
_SESSION, _NONCE = "deploy_session", "deploy_sign_in"


class NotAllowed(Exception):
    """A form is not taken; the text may be shown."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Porter:
    """Knows who is signed in; without a `gate` nobody can be."""

    gate: Gate | None
    sessions: Sessions
    seal: Seal = field(default_factory=Seal)

    def session(self, request: Request) -> Session | None:
        """Whose request it is; None for those who only look."""
        if self.gate is None:
            return None
        return self.sessions.find(request.cookies.get(_SESSION))

    async def admitted(self, request: Request) -> Mapping[str, str]:
        """What a form of somebody who is signed in says.

        Raises:
            NotAllowed: it does not come from our own page, or from nobody who is signed in.
        """
        form = await _form(request)
        session = self.session(request)
        if session is None:
            raise NotAllowed(403, "sign in first")
        if not is_same(form.get("csrf", ""), session.csrf):
            raise NotAllowed(403, "the form is not ours, or too old: load the page again")
        return form

    async def sign_in(self, request: Request) -> str:
        """What the cookie of the new session says.

        Raises:
            NotAllowed: it is not the token, or the form is not ours.
        """
        form = await _form(request)
        nonce = request.cookies.get(_NONCE, "")
        if not nonce or not is_same(form.get("csrf", ""), self.seal.of(nonce)):
            raise NotAllowed(403, "the form is not ours, or too old: try again")
        if self.gate is None:
            raise NotAllowed(404, "nobody can sign in here")
        if self.gate.is_shut:
            raise NotAllowed(429, "too many wrong tokens: wait a minute")
        if not self.gate.opens_for(form.get("token", "")):
            raise NotAllowed(403, "that is not the token")
        self.sessions.close(request.cookies.get(_SESSION))
        return self.sessions.open()[0]

    async def sign_out(self, request: Request) -> None:
        """End the session.

        Raises:
            NotAllowed: as `admitted`.
        """
        await self.admitted(request)
        self.sessions.close(request.cookies.get(_SESSION))


def keep_session(response: Response, request: Request, cookie: str) -> None:
    """Have the browser keep a session, out of reach of scripts and of other sites."""
    _set(response, request, _SESSION, cookie)
    response.delete_cookie(_NONCE, path="/sign-in")


def forget_session(response: Response) -> None:
    """Have it forget one."""
    response.delete_cookie(_SESSION, path="/")


def keep_nonce(response: Response, request: Request, nonce: str) -> None:
    """What proves that the form to sign in was given to this browser."""
    _set(response, request, _NONCE, nonce, path="/sign-in")


def _set(response: Response, request: Request, name: str, value: str, path: str = "/") -> None:
    is_secure = request.url.scheme == "https"
    response.set_cookie(name, value, path=path, httponly=True, samesite="strict", secure=is_secure)


async def _form(request: Request) -> Mapping[str, str]:
    """The fields of a form that our own page has sent.

    Raises:
        NotAllowed: another site has, or it is no form, or too large, or too slow.
    """
    if not _is_ours(request):
        raise NotAllowed(403, "another site has sent this form")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise NotAllowed(415, "that is no form")
    try:
        async with asyncio.timeout(_PATIENCE):
            body = await _body(request)
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_FIELDS))
    except (TimeoutError, ClientDisconnect):
        raise NotAllowed(408, "the form did not come in time") from None
    except ValueError:
        raise NotAllowed(400, "that is no form") from None


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST:
            raise NotAllowed(413, "the form is too large")
    return bytes(body)


def _is_ours(request: Request) -> bool:
    """Whether a browser says that the page it shows is ours; one that says nothing is believed.

    `Origin` names the address that the browser knows, which what stands before us may have
    written over in `Host`: so what the browser itself makes of it goes first.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")
