"""`deploy export`: what a server holds, as files whose first plan is empty."""

import os

import click

from deploy import options, way_in


@click.command("export")
@way_in.exporting
@options.selection
@options.target
def command(
    *,
    exporting: way_in.ExportArguments,
    selecting: options.SelectionArguments,
    api_url: str | None,
    profile: str | None,
) -> None:
    """Write down what the server holds; change nothing there.

    What follows is 'deploy adopt', after which there is nothing to do.  What other stacks
    own is left out, and so are secrets: a variable of the environment stands in their place.
    """
    from deploy.exporting import run  # noqa: PLC0415  # keeps `--version` quick

    server = options.ServerArguments(api_url=api_url, profile=profile)
    raise SystemExit(run(exporting, selecting, server, os.environ))
