"""`deploy controller`: from its file and the environment to the loop, and to its end."""

import asyncio
import logging
import os
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeVar

from compiler.diagnostics import Report
from compiler.plan.mask import Mask, secret_values
from compiler.source.sources import Sources
from controller.roster import Roster
from deploy import garbage
from deploy.cache_folder import cache_folder
from deploy.complaint import Complaint
from deploy.console import Console
from deploy.exit_codes import Exit
from deploy.interrupt import heeding_signals
from deploy.loudness import is_quiet
from deploy.options import ServerArguments
from deploy.target import Target, proxy_secrets, resolve
from deploy.views.text import render_report

if TYPE_CHECKING:
    from controller.git import Remotes
    from controller.loop import Controller
    from controller.page.hub import Hub
    from controller.stream import Hearing
    from controller.unit import Means
    from reconciler.api.client import PrefectClient

T = TypeVar("T")
LOG = logging.getLogger(__name__)
_PARTS = ("jinja2", "prometheus_client", "starlette", "uvicorn", "websockets")
_PACKAGES = ("compiler", "reconciler", "controller", "deploy")
_OTHERS = ("asyncio", "py.warnings", "uvicorn", "websockets")  # who may say something as well
_OBJECTS = 10_000  # a process that stays looks for garbage more often than a run does
_THREADS = 8
_GIT_PATIENCE = 60.0  # seconds: a process that ends waits no longer for Git


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the controller works, and what it may not show."""

    target: Target
    mask: Mask
    environ: Mapping[str, str]
    cache: Path


def check(path: Path, environ: Mapping[str, str], console: Console) -> Roster | None:
    """The roster of a controller's file; None if it was said what is wrong in it."""
    from controller.read import read_roster  # noqa: PLC0415  # pydantic takes its time

    base = Path.cwd()
    sources, report = Sources(base), Report()
    roster = read_roster(Path(os.path.normpath(base / path)), environ, sources, report)
    console.findings(render_report(report, sources, console.mask, console.width))
    return roster


def run(path: Path, server: ServerArguments, environ: Mapping[str, str]) -> Exit:
    """Keep what the file says, until a signal ends it.

    Raises:
        Complaint: a part is not installed, no server is named, or the address is taken.
    """
    _check_installed()
    mask = Mask((*secret_values(environ), *proxy_secrets(environ)))
    console = Console(mask)
    roster = check(path, environ, console)
    if roster is None:
        return Exit.FAILED
    target = target_of(server, environ)
    mask.learn((*target.secrets(), *filter(None, (roster.secret, roster.token))))
    door = _door(roster)
    garbage.look_for_garbage(every=_OBJECTS)
    with _logging(mask), kept_files(environ) as cache:
        place = Place(target=target, mask=mask, environ=environ, cache=cache)
        return asyncio.run(_kept(roster, place, door))


@contextmanager
def kept_files(environ: Mapping[str, str]) -> Iterator[Path]:
    """Where mirrors of repositories are; where nothing may be kept, until the block ends."""
    cache = cache_folder(environ, base=Path.cwd(), platform=sys.platform)
    if cache is not None:
        yield cache
        return
    with TemporaryDirectory(prefix="deploy-") as temporary:
        yield Path(temporary)


def _check_installed() -> None:
    missing = [name for name in _PARTS if find_spec(name) is None]
    if missing:
        message = f"the controller needs more than is installed: {', '.join(missing)}"
        raise Complaint(message, hint="pip install 'prefect-reconciler[controller]'")


def target_of(server: ServerArguments, environ: Mapping[str, str]) -> Target:
    target = resolve(environ, api_url=server.api_url, profile=server.profile)
    if target.url is None:
        message = "a controller keeps a server that others use, and none is named"
        raise Complaint(message, hint="set PREFECT_API_URL, or say --api-url")
    return target


def _door(roster: Roster) -> socket.socket:
    from controller.listening import open_door  # noqa: PLC0415  # only after the check

    try:
        return open_door(roster.host, roster.port)
    except OSError as error:
        at = f"{roster.host}:{roster.port}"
        message = f"nobody can listen at {at}: {error.strerror or error}"
        raise Complaint(message, hint="is another controller running?") from error


@contextmanager
def _logging(mask: Mask) -> Iterator[None]:
    """One JSON object a line on standard error, for as long as the block lasts."""
    from controller.log import JsonLines  # noqa: PLC0415  # only where it runs

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(mask.text))
    loggers = [logging.getLogger(name) for name in (*_PACKAGES, *_OTHERS)]
    told = logging.WARNING if is_quiet() else logging.INFO
    for each in loggers:
        each.setLevel(told if each.name in ("controller", "deploy") else logging.WARNING)
        each.addHandler(handler)
        each.propagate = False
    try:
        yield
    finally:
        for each in loggers:
            each.removeHandler(handler)
            each.propagate = True


async def _kept(roster: Roster, place: Place, door: socket.socket) -> Exit:
    from controller.listening import listening  # noqa: PLC0415  # only where it runs
    from controller.log import FIELDS  # noqa: PLC0415
    from controller.page.hub import Hub  # noqa: PLC0415

    with ThreadPoolExecutor(_THREADS, "aside") as threads:
        controller, hub = _controller(roster, place, threads), Hub()
        controller.tell = hub.tell
        host, port = door.getsockname()[:2]
        fields = {"listen": f"{host}:{port}", "stacks": len(roster.stacks)}
        LOG.info("the controller begins", extra={FIELDS: {**fields, "server": place.target.name}})
        hearing = _hearing(controller, place.target)
        with heeding_signals(partial(_end, controller)):
            async with listening(_app(controller, roster, hub, place), door), hub:
                await controller.run(beside=hearing.go_on)
    LOG.info("the controller has ended")
    return Exit.OK


def _controller(roster: Roster, place: Place, threads: ThreadPoolExecutor) -> "Controller":
    from controller.loop import Controller  # noqa: PLC0415  # only where it runs
    from deploy.session import open_client  # noqa: PLC0415

    means, git = means_of(roster, place, threads), remotes_of(place)
    controller: Controller

    def opening() -> "AbstractAsyncContextManager[PrefectClient]":
        return open_client(place.target, controller.metrics)

    controller = Controller(roster, git, means, opening)
    return controller


def means_of(roster: Roster, place: Place, threads: ThreadPoolExecutor) -> "Means":
    """What every look needs."""
    from controller.unit import Means  # noqa: PLC0415  # only where it runs
    from deploy.installed_blocks import InstalledBlocks  # noqa: PLC0415
    from deploy.views.plan.markdown import render  # noqa: PLC0415

    def aside(work: Callable[[], T]) -> Awaitable[T]:
        return asyncio.get_running_loop().run_in_executor(threads, work)

    return Means(
        who=f"controller@{socket.gethostname()}",
        tool=version("prefect-reconciler"),
        aside=aside,
        is_at=place.target.is_at,
        render=render,
        environ=place.environ,
        taken=roster.taken,
        secrets=tuple(place.mask.secrets),
        installed=InstalledBlocks(),
    )


def remotes_of(place: Place) -> "Remotes":
    """The repositories, with mirrors in the cache."""
    from controller.git import Remotes  # noqa: PLC0415  # only where it runs
    from reconciler.gitops.repositories import Surroundings  # noqa: PLC0415

    within = Surroundings(environ=place.environ, patience=_GIT_PATIENCE)
    return Remotes(cache=place.cache, within=within)


def _app(
    controller: "Controller", roster: Roster, hub: "Hub", place: Place
) -> Callable[..., Awaitable[None]]:
    from controller.page.opened import page_of  # noqa: PLC0415  # only where it runs
    from controller.web import Doors, app  # noqa: PLC0415  # only where it runs

    doors = Doors(
        metrics=controller.metrics,
        is_ready=lambda: controller.keeping.is_ready,
        wake=controller.wake_repositories,
        secret=roster.secret.encode() if roster.secret is not None else None,
    )
    page = page_of(controller, hub, server=place.target.name, token=roster.token)
    return app(doors, page)


def _hearing(controller: "Controller", target: Target) -> "Hearing":
    from controller.stream import Feed, Hearing  # noqa: PLC0415  # only where it runs
    from deploy.session import credentials_of, tls_of  # noqa: PLC0415

    assert target.url is not None
    credentials = credentials_of(target)
    signed = {"Authorization": credentials.header()} if credentials is not None else {}
    feed = Feed(
        api_url=target.url,
        token=target.api_key or target.auth_string,
        headers={**target.headers, **signed},
        tls=tls_of(target) if target.url.startswith("https:") else None,
    )
    return Hearing(
        feed=feed,
        heard=controller.heard,
        opened=controller.begins_to_hear,
        lost=controller.hears_no_more,
        chance=controller.pace.chance,
    )


def _end(controller: "Controller") -> None:
    LOG.info("the controller is told to end, and finishes what is under way")
    controller.end()
