"""A page over a controller, ready to be answered from."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from controller.loop import Controller
from controller.page.acting import Porter
from controller.page.house import House
from controller.page.hub import Hub
from controller.page.routes import Page
from controller.page.sessions import Gate, Sessions


def page_of(
    controller: Controller, hub: Hub, *, server: str, token: str | None
) -> Sequence[BaseRoute]:
    """The routes of the page; without a token it only shows."""
    clock = controller.pace.clock
    gate = Gate(token, clock) if token else None
    porter = Porter(gate=gate, sessions=Sessions(clock))
    return Page(House(controller, server), porter, hub).routes()
