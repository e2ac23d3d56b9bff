"""`deploy import`: files of Prefect's command become one stack."""

import os

import click

from deploy import way_in


@click.command("import")
@way_in.importing
def command(*, importing: way_in.ImportArguments) -> None:
    """Make deploy.yaml files of prefect.yaml files, and one that includes them all.

    PATHS are files, or folders in which they are looked for at any depth; the current folder
    if none is given.  Each new file stands beside the old one and means the same: comments,
    anchors and layout are kept, and what Prefect ignores is left out and listed.  The old files
    stay; a folder that has both means its deploy.yaml.
    """
    from deploy.importing import run  # noqa: PLC0415  # keeps `--version` quick

    raise SystemExit(run(importing, os.environ))
