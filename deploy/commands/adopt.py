"""`deploy adopt`: what exists becomes the stack's, and is changed in nothing else."""

import os
from dataclasses import replace

import click

from deploy import options


@click.command("adopt")
@options.project
@options.server
@options.selection
@click.option(
    "--unclaimed", is_flag=True, help="Also copies that carry the stack's tag and no file wants."
)
@click.option("--from-stack", metavar="NAME", help="Also everything of this stack.")
@options.writing
def command(
    *,
    project: options.ProjectArguments,
    server: options.ServerArguments,
    selecting: options.SelectionArguments,
    writing: options.WritingArguments,
    unclaimed: bool,
    from_stack: str | None,
) -> None:
    """Make what exists the stack's, and change nothing but its tag.

    Taken is what the files want and nobody owns.  The next plan shows where it differs
    from the files; 'deploy --adopt' does both in one plan.
    """
    from deploy.carry_out import Manner, carry_out  # noqa: PLC0415  # keeps `--version` quick
    from deploy.complaint import Complaint  # noqa: PLC0415
    from deploy.exit_codes import Exit  # noqa: PLC0415
    from deploy.job import open_job  # noqa: PLC0415

    console, job = open_job(project, server, os.environ, selecting)
    if job is None:
        raise SystemExit(Exit.FAILED)
    if from_stack == job.desired.stack:
        raise Complaint(
            f"{from_stack!r} is the name of the stack itself", hint="name the one it had before"
        )
    allowed = replace(
        job.allowed,
        adopt=True,
        only_adopt=True,
        unclaimed=unclaimed,
        from_stack=from_stack,
    )
    manner = Manner(
        yes=writing.yes,
        dry_run=writing.dry_run,
        expect=writing.expect,
        reads_input="-" in project.files,
        journal=writing.journal,
        question="Adopt?",
    )
    raise SystemExit(carry_out(replace(job, allowed=allowed), manner, console))
