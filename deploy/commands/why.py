"""`deploy why`: where a field of a deployment comes from, and what a plan makes of it."""

import click

from deploy import options
from deploy.completing import deployments
from deploy.exit_codes import Exit


@click.command("why")
@click.argument("deployment", shell_complete=deployments)
@click.argument("field")
@options.project
@options.server
def command(
    *,
    deployment: str,
    field: str,
    project: options.ProjectArguments,
    server: options.ServerArguments,
) -> None:
    """Follow a FIELD of a DEPLOYMENT from the file to the decision.

    DEPLOYMENT is FLOW/NAME, or NAME where that says enough; FIELD is written as in the file, with
    dots: parameters.rows, work_pool.name, schedules.nightly.cron.  Shown are the place where it
    is written, what an environment or --set took the place of, what templates have put in, what
    was last applied, what the server holds, and what the plan does about it.
    """
    from deploy.views import whence as view  # noqa: PLC0415  # keeps `--version` quick
    from deploy.whence import whence  # noqa: PLC0415

    console, found, job = whence(project, server, deployment, field)
    if found is None or job is None:
        raise SystemExit(Exit.FAILED)
    console.data(view.render(found, job.sources, console.columns))
