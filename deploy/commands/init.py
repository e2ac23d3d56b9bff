"""`deploy init`: a first deploy.yaml for what is here."""

import os

import click


@click.command("init")
@click.option("--stack", metavar="NAME", help="Its name; the repository's or folder's else.")
@click.option("--yes", is_flag=True, help="Do not ask before writing.")
def command(*, stack: str | None, yes: bool) -> None:
    """Write a first deploy.yaml for the flows of this folder.

    Flows are found by reading the Python files below it: none is run.  Where there are
    prefect.yaml files, they are what is taken over, as 'deploy import' does it.
    """
    from deploy.beginning import InitArguments, run  # noqa: PLC0415  # keeps `--version` quick

    raise SystemExit(run(InitArguments(stack=stack, yes=yes), os.environ))
