"""`deploy destroy`: everything that the stack owns."""

import os
from dataclasses import replace

import click

from deploy import options


@click.command("destroy")
@options.project
@options.server
@options.selection
@options.writing
def command(
    *,
    project: options.ProjectArguments,
    server: options.ServerArguments,
    selecting: options.SelectionArguments,
    writing: options.WritingArguments,
) -> None:
    """Delete everything that the stack owns.

    What is protected stays, and with it everything else, unless --force is said; so does
    a pool that others use, in any case.  What others own is not touched.
    """
    from compiler.desired.policy import Policy  # noqa: PLC0415  # keeps `--version` quick
    from deploy.carry_out import Manner, carry_out  # noqa: PLC0415
    from deploy.exit_codes import Exit  # noqa: PLC0415
    from deploy.job import open_job  # noqa: PLC0415

    console, job = open_job(project, server, os.environ, selecting)
    if job is None:
        raise SystemExit(Exit.FAILED)
    nothing = replace(job.desired, resources=(), pool_uses=(), is_understood=True, policy=Policy())
    job = replace(job, desired=nothing, allowed=replace(job.allowed, destroys=True))
    question = f"Delete everything of {job.desired.stack!r}?"
    manner = Manner(
        yes=writing.yes,
        dry_run=writing.dry_run,
        expect=writing.expect,
        reads_input="-" in project.files,
        journal=writing.journal,
        question=question,
    )
    raise SystemExit(carry_out(job, manner, console))
