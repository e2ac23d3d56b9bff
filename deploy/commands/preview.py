"""`deploy preview`: a stack of its own for a branch, for a while."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from deploy import options
from deploy.usage import Verbs

if TYPE_CHECKING:
    from deploy.carry_out import Manner

_TIME = re.compile(r"([1-9][0-9]{0,4})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class _Lasting(click.ParamType[timedelta]):
    """A time: 30m, 12h, 7d."""

    name = "TIME"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        """The time that a text says."""
        if isinstance(value, timedelta):
            return value
        found = _TIME.fullmatch(str(value))
        if found is None:
            self.fail(f"{value!r} should be written 30m, 12h or 7d", param, ctx)
        return timedelta(**{_UNITS[found[2]]: int(found[1])})


_BRANCH = click.option(
    "--branch", required=True, metavar="NAME", help="The branch whose preview it is."
)


@click.group("preview", cls=Verbs)
def command() -> None:
    """Deployments of a branch beside those of the stack, for a while.

    A preview is a stack of its own: 'up' makes it or brings it up to date, 'down' deletes it.
    It owns deployments and nothing else; pools, limits, blocks and variables are those
    of the stack.  The names of its deployments begin with the branch, their schedules sleep,
    and pull steps that clone the repository take the branch.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class UpArguments:
    """Which branch, where its runs go, and how long the preview stays."""

    branch: str
    pool: str | None = None
    lasts: timedelta = timedelta(days=7)


_UP_OPTIONS = (
    click.option(
        "--ttl",
        "lasts",
        type=_Lasting(),
        default="7d",
        show_default=True,
        metavar="TIME",
        help="How long it stays if it is not brought up again: 30m, 12h, 7d.",
    ),
    click.option("--pool", metavar="NAME", help="The work pool for all of them, over the files'."),
    _BRANCH,
)


def _upping(command: Callable[..., Any]) -> Callable[..., Any]:
    return options.packed(command, "upping", UpArguments, _UP_OPTIONS)


@command.command("up")
@_upping
@options.project
@options.server
@options.selection
@options.building
@options.writing
def up(
    *,
    upping: UpArguments,
    project: options.ProjectArguments,
    server: options.ServerArguments,
    selecting: options.SelectionArguments,
    building: options.BuildingArguments,
    writing: options.WritingArguments,
) -> None:
    """Make the preview of a branch, or bring it up to date.

    Triggers, automations and SLAs are left out.  How long it stays is kept on the server:
    'deploy preview sweep' deletes what is over.
    """
    from deploy.carry_out import carry_out  # noqa: PLC0415  # keeps `--version` quick
    from deploy.exit_codes import Exit  # noqa: PLC0415
    from deploy.job import open_job  # noqa: PLC0415
    from deploy.previewing import Branch, as_preview, renew  # noqa: PLC0415

    console, job = open_job(project, server, os.environ, selecting, building=building)
    if job is None:
        raise SystemExit(Exit.FAILED)
    branch = Branch(name=upping.branch, pool=upping.pool, lasts=upping.lasts)
    job = as_preview(job, branch, console)
    ended = carry_out(job, _manner(writing, builds_first=building.build), console)
    if ended is Exit.OK and not writing.dry_run:
        renew(job, console)
    raise SystemExit(ended)


@command.command("down")
@_BRANCH
@options.project
@options.target
@options.writing
def down(
    *,
    branch: str,
    project: options.ProjectArguments,
    api_url: str | None,
    profile: str | None,
    writing: options.WritingArguments,
) -> None:
    """Delete the preview of a branch; nothing is wrong if there is none.

    With --stack no file is read: the branch may be gone.
    """
    from deploy.job import open_console  # noqa: PLC0415  # keeps `--version` quick
    from deploy.previewing import Branch, take_down  # noqa: PLC0415
    from deploy.session import open_project  # noqa: PLC0415
    from deploy.stack_name import stack_of  # noqa: PLC0415

    server = options.ServerArguments(api_url=api_url, profile=profile)
    console, target = open_console(server, os.environ)
    of = stack_of(open_project(project, ask_git=project.stack is None), console)
    stack = Branch(name=branch).stack(of)
    manner = _manner(writing, question=f"Delete the preview {stack!r}?")
    raise SystemExit(take_down(stack, target, console, manner, os.environ))


@command.command("sweep")
@options.target
@options.writing
def sweep(*, api_url: str | None, profile: str | None, writing: options.WritingArguments) -> None:
    """Delete every preview of the server whose time is over."""
    from deploy.exit_codes import Exit  # noqa: PLC0415  # keeps `--version` quick
    from deploy.job import open_console  # noqa: PLC0415
    from deploy.previewing import over, take_down  # noqa: PLC0415

    server = options.ServerArguments(api_url=api_url, profile=profile)
    console, target = open_console(server, os.environ)
    stacks = over(target, console)
    if not stacks:
        console.tell("no preview is over its time")
    ended = Exit.OK
    for stack in stacks:
        console.tell(f"preview: {stack}")
        manner = _manner(writing, question=f"Delete the preview {stack!r}?")
        ended = max(ended, take_down(stack, target, console, manner, os.environ))
    raise SystemExit(ended)


@command.command("list")
@options.target
@click.option(
    "--format",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="How they are written.",
)
def list_(*, api_url: str | None, profile: str | None, format: str) -> None:
    """List the previews of the server, and until when each stays."""
    from deploy.job import open_console  # noqa: PLC0415  # keeps `--version` quick
    from deploy.previewing import previews  # noqa: PLC0415
    from deploy.views import previews as view  # noqa: PLC0415

    server = options.ServerArguments(api_url=api_url, profile=profile)
    console, target = open_console(server, os.environ)
    found, now = previews(target, console)
    if format == "json":
        console.document(view.render_json(found))
        return
    console.data(view.render(found, now))
    if not found:
        console.tell("there is no preview")


def _manner(
    writing: options.WritingArguments, *, builds_first: bool = False, question: str = "Apply?"
) -> "Manner":
    from deploy.carry_out import Manner  # noqa: PLC0415  # keeps `--version` quick

    return Manner(
        yes=writing.yes,
        dry_run=writing.dry_run,
        applying=writing,
        builds_first=builds_first,
        question=question,
    )
