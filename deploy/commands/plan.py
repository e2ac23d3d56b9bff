"""`deploy plan`: what an apply would do."""

import os

import click

from deploy import options


@click.command("plan")
@options.project
@options.server
@options.selection
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 if changes are pending.")
def command(
    project: options.ProjectArguments,
    api_url: str | None,
    profile: str | None,
    selecting: options.SelectionArguments,
    **flags: bool,
) -> None:
    """Show what would change on the server; write nothing."""
    from compiler.plan.build import Allowed  # noqa: PLC0415  # keeps `deploy --version` quick
    from deploy.commands.apply import Arguments, run  # noqa: PLC0415

    arguments = Arguments(
        project=project,
        api_url=api_url,
        profile=profile,
        selecting=selecting,
        allowed=Allowed(adopt=flags["adopt"], take_over=flags["take_over"], force=flags["force"]),
        dry_run=True,
        pending_exit=flags["detailed_exitcode"],
    )
    raise SystemExit(run(arguments, dict(os.environ)))
