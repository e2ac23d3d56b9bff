"""`deploy serve`: apply the deployments that have no work pool, and run them here."""

import os
from dataclasses import replace

import click

from deploy import options


@click.command("serve")
@options.project
@options.server
@options.selection
@options.building
@options.writing
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    metavar="RUNS",
    help="How many runs at a time; any number if absent.",
)
def command(
    *,
    project: options.ProjectArguments,
    server: options.ServerArguments,
    selecting: options.SelectionArguments,
    building: options.BuildingArguments,
    writing: options.WritingArguments,
    limit: int | None,
) -> None:
    """Apply the deployments that have no work pool, and run them here until told to end.

    Nothing is deleted, and what has a work pool is left alone.  Ending pauses nothing: runs
    that fall due meanwhile are late, and are run when serving begins again.
    """
    from deploy.carry_out import Manner, carry_out  # noqa: PLC0415  # keeps `--version` quick
    from deploy.exit_codes import Exit  # noqa: PLC0415
    from deploy.job import open_job  # noqa: PLC0415
    from deploy.serving import check, go_on, only, served  # noqa: PLC0415

    console, job = open_job(project, server, os.environ, selecting, building=building)
    if job is None:
        raise SystemExit(Exit.FAILED)
    resources = served(job.desired, job.selection)
    if not check(resources, job, console):
        raise SystemExit(Exit.FAILED)
    manner = Manner(
        yes=writing.yes,
        dry_run=writing.dry_run,
        applying=writing,
        builds_first=building.build,
        reads_input="-" in project.files,
    )
    ended = carry_out(replace(job, selection=only(resources)), manner, console)
    if ended is not Exit.OK or writing.dry_run:
        raise SystemExit(ended)
    raise SystemExit(go_on(resources, job, console, limit))
