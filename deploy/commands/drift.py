"""`deploy drift`: what moved on the server since the last apply."""

import os
from typing import TYPE_CHECKING

import click

from deploy import options
from deploy.exit_codes import Exit

if TYPE_CHECKING:
    from compiler.state.observed import ObservedState
    from deploy.target import Target


@click.command("drift")
@options.project
@options.target
@click.option(
    "--format",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="How it is written.",
)
@click.option("--write-back", is_flag=True, help="Write it into the files, after a look at it.")
@click.option("--yes", is_flag=True, help="Do not ask before writing.")
def command(
    *,
    project: options.ProjectArguments,
    api_url: str | None,
    profile: str | None,
    format: str,
    write_back: bool,
    yes: bool,
) -> None:
    """Show what moved on the server since the last apply; exit 2 if anything did.

    The files are asked for the stack's name only, and not at all with --stack: a change
    of theirs is no drift.  With --write-back they are made to say what the server holds,
    each value in its place; exit 2 if something of it has to be written by hand.
    """
    server = options.ServerArguments(api_url=api_url, profile=profile)
    if write_back:
        from deploy.writing_back import run  # noqa: PLC0415  # keeps `--version` quick

        raise SystemExit(run(project, server, os.environ, yes=yes))
    raise SystemExit(_shown(project, server, format))


def _shown(project: options.ProjectArguments, server: options.ServerArguments, format: str) -> Exit:
    from compiler.plan.drift import drift  # noqa: PLC0415  # keeps `--version` quick
    from compiler.plan.mask import secrets_in  # noqa: PLC0415
    from deploy.job import open_console  # noqa: PLC0415
    from deploy.session import on_server, open_project  # noqa: PLC0415
    from deploy.stack_name import stack_of  # noqa: PLC0415
    from deploy.views import drift as view  # noqa: PLC0415

    console, target = open_console(server, os.environ)
    stack = stack_of(open_project(project), console)
    observed = on_server(_observe(target, stack), console.mask)
    if observed.ledger is None:
        console.warn(f"the server remembers no apply of the stack {stack!r}")
    found = drift(stack, observed)
    for thing in observed.things.values():
        console.mask.learn(secrets_in(thing.fields))
    if format == "json":
        console.document(view.as_json(stack, found, console.mask))
    else:
        console.plan(view.as_text(found, console.mask, console.columns))
    return Exit.PENDING if found else Exit.OK


async def _observe(target: "Target", stack: str) -> "ObservedState":
    from compiler.desired.resources import DesiredState  # noqa: PLC0415  # as above
    from deploy.session import open_client  # noqa: PLC0415
    from reconciler.observe.reader import observe  # noqa: PLC0415

    async with open_client(target) as client:
        return await observe(client, DesiredState(stack=stack, resources=()))
