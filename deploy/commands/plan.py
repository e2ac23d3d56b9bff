"""`deploy plan`: what an apply would do."""

import os

import click

from deploy import options


@click.command("plan")
@options.project
@options.server
@options.selection
@options.building
@options.showing
def command(
    *,
    project: options.ProjectArguments,
    server: options.ServerArguments,
    selecting: options.SelectionArguments,
    building: options.BuildingArguments,
    showing: options.ShowingArguments,
) -> None:
    """Show what would change on the server; write nothing there.

    With --build the steps of 'build' and 'push' are run, and what they put out is shown.
    """
    from deploy.carry_out import Manner, carry_out  # noqa: PLC0415  # keeps `--version` quick
    from deploy.exit_codes import Exit  # noqa: PLC0415
    from deploy.job import open_job  # noqa: PLC0415

    console, job = open_job(project, server, os.environ, selecting, building=building)
    if job is None:
        raise SystemExit(Exit.FAILED)
    manner = Manner(
        dry_run=True,
        pending_exit=showing.detailed_exitcode,
        format=showing.format,
        out=showing.out,
        builds_first=building.build,
    )
    raise SystemExit(carry_out(job, manner, console))
