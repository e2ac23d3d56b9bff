"""`deploy rollback`: the files of an earlier commit, planned and applied."""

import os

import click

from deploy import options
from deploy.views.plan import PLAN_VIEWS


@click.command("rollback")
@options.return_to
@options.project
@options.server
@options.selection
@options.writing
@click.option(
    "--format",
    type=click.Choice(tuple(PLAN_VIEWS)),
    default="text",
    show_default=True,
    help="How the plan is written.",
)
def command(
    *,
    going: options.ReturnArguments,
    project: options.ProjectArguments,
    server: options.ServerArguments,
    selecting: options.SelectionArguments,
    writing: options.WritingArguments,
    format: str,
) -> None:
    """Apply the files of an earlier commit, or undo the last apply.

    TO is a number of 'deploy history', or a commit as Git takes it: a hash, a tag,
    HEAD~1. Digits are a number if there are six or less. Without it: the newest apply
    that ended well and has another commit than the last one.

    The checkout stays as it is. Environment variables are those of now.

    With --last no commit is needed: what the last apply changed, made and deleted is
    brought back as it was. Doing it twice brings back what was undone.
    """
    from deploy.carry_out import Manner, carry_out  # noqa: PLC0415  # keeps `--version` quick
    from deploy.exit_codes import Exit  # noqa: PLC0415
    from deploy.job import ALL, open_job  # noqa: PLC0415
    from deploy.rollback import Rollback  # noqa: PLC0415
    from deploy.undo import open_undo  # noqa: PLC0415

    if going.last and (going.to is not None or selecting != ALL):
        raise click.UsageError("--last undoes the whole of the last apply, and nothing else")
    back = Rollback(to=going.to, names=project.files)
    console, job = (
        open_undo(project, server, os.environ)
        if going.last
        else open_job(project, server, os.environ, selecting, back)
    )
    if job is None:
        raise SystemExit(Exit.FAILED)
    manner = Manner(
        yes=writing.yes,
        dry_run=writing.dry_run,
        applying=writing,
        format=format,
        question="Roll back?",
    )
    raise SystemExit(carry_out(job, manner, console))
