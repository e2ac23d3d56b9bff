"""`deploy history`: who applied what, and when."""

import os

import click

from deploy import options
from deploy.exit_codes import Exit


@click.command("history")
@options.project
@options.target
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Only the N newest.")
@click.option(
    "--format",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="How the history is written.",
)
def command(
    *,
    project: options.ProjectArguments,
    api_url: str | None,
    profile: str | None,
    limit: int | None,
    format: str,
) -> None:
    """List the applies of a stack, the newest first.

    Each keeps its number, which 'deploy rollback' takes. With --stack no file is read.
    """
    server = options.ServerArguments(api_url=api_url, profile=profile)
    raise SystemExit(run(project, server, limit=limit, format=format))


def run(
    arguments: options.ProjectArguments,
    server: options.ServerArguments,
    *,
    limit: int | None,
    format: str,
) -> Exit:
    """Print the history, or say why there is none."""
    from deploy.history import read_history  # noqa: PLC0415  # keeps `--version` quick
    from deploy.job import open_console  # noqa: PLC0415
    from deploy.session import open_project  # noqa: PLC0415
    from deploy.views import history as view  # noqa: PLC0415

    console, target = open_console(server, os.environ)
    project = open_project(arguments, ask_git=arguments.stack is None)
    stack, ledger = read_history(project, target, console)
    applies = dict(list(ledger.numbered.items())[:limit])
    if format == "json":
        server_name = None if target.url is None else target.name
        console.document(view.render_json(stack, server_name, applies, console.mask))
        return Exit.OK
    console.data(view.render(applies, console.columns))
    if not applies:
        console.tell(f"the stack {stack!r} has no apply in its history yet")
    return Exit.OK
