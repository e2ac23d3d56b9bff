"""The addresses of the page: what is shown at each, and what a form at each does."""

import secrets
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from controller.page import tree
from controller.page.acting import (
    NotAllowed,
    Porter,
    forget_session,
    keep_nonce,
    keep_session,
)
from controller.page.house import House, Unknown
from controller.page.hub import Hub
from controller.page.live import Live, event
from controller.page.paper import STATIC, drawn, static, version
from controller.page.past import moment
from controller.page.status import Group, counts
from reconciler.api.errors import ApiError

Answer: TypeAlias = Callable[[Request], Awaitable[Response]]
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_FOR_EVER = "public, max-age=31536000, immutable"
_SAID = {
    "sync": "It is looked at now. What moved on the server is put back this once.",
    "suspend": "Suspended: nothing is written until somebody resumes it.",
    "resume": "Resumed.",
}


class Page:
    """Answers for one controller."""

    def __init__(self, house: House, porter: Porter, hub: Hub) -> None:
        self._house = house
        self._porter = porter
        self._hub = hub

    def routes(self) -> Sequence[BaseRoute]:
        """All of them."""
        shown = {
            "/": self.overview,
            "/stacks/{name}": self.stack,
            "/stacks/{name}/body": self.body,
            "/stacks/{name}/history": self.history,
            "/stacks/{name}/history/{number:int}": self.apply,
            "/static/{file}": self.file,
        }
        done = {
            "/stacks/{name}/{act}": self.act,
            "/sign-out": self.sign_out,
        }
        return [
            *(Route(path, self._safe(answer)) for path, answer in shown.items()),
            Route("/events", Events(self._hub, self._line)),
            Route("/sign-in", self._safe(self.sign_in), methods=["GET", "POST"]),
            *(Route(path, self._safe(answer), methods=["POST"]) for path, answer in done.items()),
        ]

    def _safe(self, answer: Answer) -> Answer:
        """The answer with all headers; what is not allowed or not there is told as a page."""

        async def answered(request: Request) -> Response:
            try:
                response = await answer(request)
            except NotAllowed as why:
                response = self._refused(request, str(why), why.status)
            except Unknown as why:
                response = self._refused(request, str(why), 502)
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
            return response

        return answered

    def _drawn(self, request: Request, template: str, **values: object) -> Response:
        session = self._porter.session(request)
        text = drawn(
            template,
            server=self._house.server,
            session=session,
            can_sign_in=self._porter.gate is not None,
            position=self._hub.position,
            **values,
        )
        return HTMLResponse(text.encode(errors="replace"))

    def _refused(self, request: Request, reason: str, status: int) -> Response:
        response = self._drawn(request, "refused.html", reason=reason)
        response.status_code = status
        return response

    # What is shown.

    async def overview(self, request: Request) -> Response:
        """All stacks, or those that are asked for where there are no scripts."""
        await self._house.look()
        rows = self._house.rows()
        chosen = frozenset(request.query_params.getlist("state"))
        sought = request.query_params.get("find", "")[:100]
        hidden = {
            name
            for name, each in rows.items()
            if (chosen and each.group not in chosen) or sought.strip().lower() not in each.sought
        }
        return self._drawn(
            request,
            "overview.html",
            rows=rows,
            hidden=hidden,
            counts=counts(rows),
            groups=list(Group),
            chosen=chosen,
            sought=sought,
        )

    async def stack(self, request: Request) -> Response:
        """One stack."""
        await self._house.look()
        said = _SAID.get(request.query_params.get("said", ""), "")
        return await self._of_stack(request, "stack.html", said=said)

    async def body(self, request: Request) -> Response:
        """What of that page changes."""
        return await self._of_stack(request, "stack_body.html")

    async def _of_stack(self, request: Request, template: str, **values: object) -> Response:
        name = self._named(request)
        house = self._house
        sight = house.sight(name)
        return self._drawn(
            request,
            template,
            row=house.row(name),
            stack=house.stack(name),
            settled=house.controller.keeping.of[name].settled,
            sight=sight,
            seen_at=moment(sight.at) if sight is not None else None,
            branches=tree.branches(sight) if sight is not None else (),
            pending=tree.pending(sight) if sight is not None else (),
            heat=await house.heat(name, sight) if sight is not None else None,
            tree=tree,
            **values,
        )

    def _named(self, request: Request) -> str:
        name = str(request.path_params["name"])
        if not self._house.has(name):
            raise NotAllowed(404, "there is no such stack here")
        return name

    async def history(self, request: Request) -> Response:
        """The applies of a stack: the server is asked."""
        name = self._named(request)
        try:
            applies = await self._house.past(name)
        except Unknown as why:  # a part of a page, which says so itself
            return self._drawn(request, "unknown.html", reason=str(why))
        return self._drawn(request, "history.html", name=name, applies=applies)

    async def apply(self, request: Request) -> Response:
        """What one apply has changed."""
        name, number = self._named(request), int(request.path_params["number"])
        try:
            lines = await self._house.plan(name, number)
        except Unknown as why:
            return self._drawn(request, "unknown.html", reason=str(why))
        return self._drawn(request, "apply.html", name=name, number=number, lines=lines)

    async def file(self, request: Request) -> Response:
        """Styles, programs, the icon."""
        name = str(request.path_params["file"])
        if name not in STATIC:
            raise NotAllowed(404, "there is no such file")
        is_named = request.query_params.get("v") == version(name)
        headers = {
            "Content-Type": STATIC[name],
            "Cache-Control": _FOR_EVER if is_named else "no-cache",
        }
        return Response(static(name), headers=headers)

    # What is new.

    def _line(self, name: str) -> str:
        text = drawn("row.html", row=self._house.row(name), hidden=())
        return event(f"row-{name}", text, self._hub.position)

    # What is done.

    async def act(self, request: Request) -> Response:
        """Sync, suspend or resume a stack."""
        name, act = self._named(request), str(request.path_params["act"])
        await self._porter.admitted(request)
        controller = self._house.controller
        try:
            match act:
                case "sync":
                    controller.ask(name)
                case "suspend":
                    await controller.suspend(name)
                case "resume":
                    await controller.resume(name)
                case _:
                    raise NotAllowed(404, "there is no such thing to do")
        except ApiError as error:
            raise Unknown(f"the server did not take it: {error.reason}") from error
        return RedirectResponse(f"/stacks/{quote(name)}?said={act}", 303)

    async def sign_in(self, request: Request) -> Response:
        """The form, and what becomes of it."""
        if self._porter.gate is None:
            raise NotAllowed(404, "nobody can sign in here: the controller's file has no token")
        reason, status = "", 200
        if request.method == "POST":
            try:
                cookie = await self._porter.sign_in(request)
            except NotAllowed as why:
                reason, status = str(why), why.status
            else:
                response: Response = RedirectResponse("/", 303)
                keep_session(response, request, cookie)
                return response
        nonce = secrets.token_urlsafe(24)
        csrf = self._porter.seal.of(nonce)
        response = self._drawn(request, "sign_in.html", csrf=csrf, reason=reason)
        response.status_code = status
        keep_nonce(response, request, nonce)
        return response

    async def sign_out(self, request: Request) -> Response:
        """End the session."""
        await self._porter.sign_out(request)
        response = RedirectResponse("/", 303)
        forget_session(response)
        return response


class Events:
    """The stream of news: the lines of stacks as they change, or that one stack has changed."""

    def __init__(self, hub: Hub, line: Callable[[str], str]) -> None:
        self._hub = hub
        self._line = line

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer until the browser goes; it says from where on it wants to hear."""
        request = Request(scope)
        since = request.headers.get("last-event-id") or request.query_params.get("since", "")
        only = request.query_params.get("stack")
        listener = self._hub.listen(since, only)
        if listener is None:
            full = Response("too many listen", 503, headers={**HEADERS, "Retry-After": "10"})
            await full(scope, receive, send)
            return
        told = self._line if only is None else self._news
        await Live(self._hub, listener, told)(scope, receive, send)

    def _news(self, name: str) -> str:
        return event("changed", name, self._hub.position)
