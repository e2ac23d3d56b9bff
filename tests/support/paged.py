"""A page over a controller that does not run: its stacks stand as a test says.

async with paged([stack("shop")], client) as page:
    page.settle(Settled(stack="shop", state=State.SYNCED))
    answer = await page.http.get("/")
"""

import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx
from starlette.applications import Starlette

from compiler.diagnostics import start_of
from controller.git import Git, Remotes
from controller.loop import Controller
from controller.page.hub import Hub
from controller.page.opened import page_of
from controller.roster import Roster, Stack
from controller.settled import Settled
from controller.unit import Means
from controller.web import Doors, app
from deploy.views.plan.markdown import render
from reconciler.api.client import PrefectClient
from reconciler.api.errors import Unreachable

T = TypeVar("T")
TOKEN = "a-token-of-the-page"
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')


async def _aside(work: Callable[[], T]) -> T:
    return work()


def stack(name: str = "shop", repository: str = "https://example.com/shop.git") -> Stack:
    """A stack of a controller's file."""
    return Stack(name=name, repository=repository, at=start_of("controller.yaml"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Paged:
    """A page, its controller, and who looks at it."""

    controller: Controller
    hub: Hub
    http: httpx.AsyncClient
    app: Starlette

    def settle(self, *settled: Settled) -> None:
        """Let the stacks stand so."""
        for each in settled:
            self.controller.keeping.settle(each, 1_700_000_000.0)
            self.hub.tell(each.stack)

    async def csrf(self, path: str) -> str:
        """What stands in the forms of a page."""
        found = _CSRF.search((await self.http.get(path)).text)
        assert found is not None, f"{path} has no form"
        return found[1]

    async def sign_in(self, token: str = TOKEN) -> httpx.Response:
        """Give the token."""
        csrf = await self.csrf("/sign-in")
        return await self.http.post("/sign-in", data={"csrf": csrf, "token": token})


@asynccontextmanager
async def paged(
    stacks: Sequence[Stack],
    client: PrefectClient | None = None,
    *,
    token: str | None = TOKEN,
    git: Git | None = None,
    secrets: tuple[str, ...] = (),
) -> AsyncIterator[Paged]:
    """The page of a controller of these stacks, whose server is the client's, or nobody's."""

    @asynccontextmanager
    async def opening() -> AsyncIterator[PrefectClient]:
        if client is None:
            raise Unreachable("nobody is there", call="GET /")
        yield client

    roster = Roster(stacks=tuple(stacks), host="127.0.0.1", port=0, token=token)
    means = Means(
        who="controller@test", tool="0", aside=_aside, is_at=bool, render=render, secrets=secrets
    )
    controller = Controller(roster, git or Remotes(cache=Path("/nowhere")), means, opening)
    hub = Hub()
    controller.tell = hub.tell
    doors = Doors(
        metrics=controller.metrics, is_ready=lambda: True, wake=controller.wake_repositories
    )
    routes = page_of(controller, hub, server="http://prefect/api", token=token)
    answering = app(doors, routes)
    transport = httpx.ASGITransport(answering)
    async with httpx.AsyncClient(transport=transport, base_url="http://page") as http:
        yield Paged(controller=controller, hub=hub, http=http, app=answering)
