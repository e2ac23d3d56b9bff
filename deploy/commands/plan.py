"""`deploy plan`: what an apply would do."""

import os
from pathlib import Path

import click

from deploy import options
from deploy.views.plan import PLAN_VIEWS


@click.command("plan")
@options.project
@options.server
@options.selection
@click.option(
    "--format",
    type=click.Choice(tuple(PLAN_VIEWS)),
    default="text",
    show_default=True,
    help="How the plan is written.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Save the plan, for 'deploy apply FILE'.",
)
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 if changes are pending.")
def command(
    *,
    project: options.ProjectArguments,
    server: options.ServerArguments,
    selecting: options.SelectionArguments,
    format: str,
    out: Path | None,
    detailed_exitcode: bool,
) -> None:
    """Show what would change on the server; write nothing."""
    from deploy.carry_out import Manner, carry_out  # noqa: PLC0415  # keeps `--version` quick
    from deploy.exit_codes import Exit  # noqa: PLC0415
    from deploy.job import open_job  # noqa: PLC0415

    console, job = open_job(project, server, os.environ, selecting)
    if job is None:
        raise SystemExit(Exit.FAILED)
    manner = Manner(dry_run=True, pending_exit=detailed_exitcode, format=format, out=out)
    raise SystemExit(carry_out(job, manner, console))
