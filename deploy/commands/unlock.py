"""`deploy unlock`: free a stack whose lock nobody holds any more."""

import os

import click

from deploy import options


@click.command("unlock")
@options.project
@options.target
@click.option("--yes", is_flag=True, help="Do not ask before freeing it.")
def command(
    *,
    project: options.ProjectArguments,
    api_url: str | None,
    profile: str | None,
    yes: bool,
) -> None:
    """Say who holds the lock of a stack, and free it.

    It is seldom needed: the lock of a run that was killed runs out within three minutes,
    and at once for the next run on the same machine.  A run that is still at work stops
    before its next write once it hears of it, within 20 seconds.  With --stack no file
    is read.
    """
    from deploy.job import open_console  # noqa: PLC0415  # keeps `--version` quick
    from deploy.session import open_project  # noqa: PLC0415
    from deploy.stack_name import stack_of  # noqa: PLC0415
    from deploy.unlocking import unlock  # noqa: PLC0415

    server = options.ServerArguments(api_url=api_url, profile=profile)
    console, target = open_console(server, os.environ)
    stack = stack_of(open_project(project, ask_git=project.stack is None), console)
    raise SystemExit(unlock(stack, target, console, yes=yes))
