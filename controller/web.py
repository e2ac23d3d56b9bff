"""Where a controller is spoken to: health, metrics, webhooks, and what else it is given.

The page is further routes handed to `app`; it and this are the only importers of `starlette`.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from controller.log import FIELDS
from controller.metrics import CONTENT_TYPE, Metrics
from controller.webhook import FORGES, LARGEST, Delivery, Forge, Seen, repositories_in

LOG = logging.getLogger(__name__)
_PATIENCE = 5.0  # seconds for a body
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """What the outside may reach.

    `wake` has those of the repositories looked at that are known here, and says how many
    those are.  `secret` is what webhooks are signed with, None where none is listened to.
    """

    metrics: Metrics
    is_ready: Callable[[], bool]
    wake: Callable[[frozenset[str]], int]
    secret: bytes | None = field(default=None, repr=False)
    patience: float = _PATIENCE


class _NotTaken(Exception):
    """A webhook is refused."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def app(doors: Doors, more: Sequence[BaseRoute] = ()) -> Starlette:
    """The application."""
    seen = Seen()

    async def webhook(request: Request) -> Response:
        return await _webhook(request, doors, seen)

    def healthz(_: Request) -> Response:
        return PlainTextResponse("ok", headers=_HEADERS)

    def readyz(_: Request) -> Response:
        ready = doors.is_ready()
        text = "ok" if ready else "not every stack was looked at yet"
        return PlainTextResponse(text, status_code=200 if ready else 503, headers=_HEADERS)

    def metrics(_: Request) -> Response:
        text = doors.metrics.text()
        return Response(text, headers={**_HEADERS, "Content-Type": CONTENT_TYPE})

    routes: list[BaseRoute] = [
        Route("/healthz", _always(healthz)),
        Route("/readyz", _always(readyz)),
        Route("/metrics", _always(metrics)),
        Route("/webhook/{forge}", webhook, methods=["POST"]),
    ]
    return Starlette(routes=[*routes, *more])


def _always(answer: Callable[[Request], Response]) -> Callable[[Request], object]:
    """The answer in the event loop itself, not in a thread: that it comes says that it lives."""

    async def answered(request: Request) -> Response:
        return answer(request)

    return answered


async def _webhook(request: Request, doors: Doors, seen: Seen) -> Response:
    name = request.path_params["forge"]
    forge = FORGES.get(name) if doors.secret is not None else None
    if forge is None or doors.secret is None:
        return JSONResponse({"refused": "there is no such webhook"}, 404, headers=_HEADERS)
    try:
        delivery = await _delivery(request, doors.patience)
        repositories = _meant(forge, delivery, doors.secret, seen)
    except ClientDisconnect:
        return _refused(request, doors, _NotTaken(400, "it was cut off"))
    except _NotTaken as refused:
        return _refused(request, doors, refused)
    woken = doors.wake(repositories)
    doors.metrics.webhook(name, 202, None)
    fields = {"forge": name, "woken": woken}
    LOG.info("a webhook came", extra={FIELDS: fields})
    return JSONResponse({"woken": woken}, 202, headers=_HEADERS)


def _refused(request: Request, doors: Doors, refused: _NotTaken) -> Response:
    name = request.path_params["forge"]
    doors.metrics.webhook(name, refused.status, refused.reason)
    sender = request.client.host if request.client is not None else ""
    fields = {"forge": name, "status": refused.status, "reason": refused.reason, "sender": sender}
    LOG.warning("a webhook was refused", extra={FIELDS: fields})
    headers = {**_HEADERS, "Connection": "close"}
    return JSONResponse({"refused": refused.reason}, refused.status, headers=headers)


async def _delivery(request: Request, patience: float) -> Delivery:
    """The whole of it, if it is small and comes soon."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise _NotTaken(415, "the content type is not application/json")
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > LARGEST:
        raise _NotTaken(413, "the body is too large")
    try:
        async with asyncio.timeout(patience):
            body = await _body(request)
    except TimeoutError:
        raise _NotTaken(408, "the body did not come in time") from None
    return Delivery(headers=dict(request.headers), body=body)


async def _body(request: Request) -> bytes:
    """What comes, whatever length was told."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            raise _NotTaken(413, "the body is too large")
    return bytes(body)


def _meant(forge: Forge, delivery: Delivery, secret: bytes, seen: Seen) -> frozenset[str]:
    if not forge.is_signed(delivery, secret):
        raise _NotTaken(401, "the signature is wrong")
    if not seen.is_new(forge, delivery):
        raise _NotTaken(409, "it was delivered before")
    repositories = repositories_in(delivery.body)
    if repositories is None:
        raise _NotTaken(400, "the body is no JSON")
    return repositories
