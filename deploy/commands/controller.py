"""`deploy controller`: what is in Git is on the server, and stays there."""

import os
from pathlib import Path

import click

from deploy import options


@click.command("controller")
@click.option(
    "-f",
    "--file",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    default="controller.yaml",
    show_default=True,
    metavar="FILE",
    help="Which stacks are kept, and how.",
)
@options.target
@click.option(
    "--on",
    "place",
    type=click.Choice(("here", "prefect")),
    default="here",
    show_default=True,
    help="Where looks are made: in this process, or as flow runs that Prefect starts.",
)
@click.option("--pool", metavar="NAME", help="With --on prefect: the work pool they run in.")
@click.option("--yes", is_flag=True, help="With --on prefect: do not ask before writing.")
@click.option("--check", is_flag=True, help="Say what is wrong in the file, and do nothing more.")
def command(
    *,
    file: Path,
    api_url: str | None,
    profile: str | None,
    place: str,
    pool: str | None,
    **flags: bool,
) -> None:
    """Keep stacks equal to their files in Git, until told to end.

    Repositories are looked at again and again, and when a webhook tells of a push. What
    moves on the server is told of, and put back where that is asked for. Health, metrics
    and webhooks are answered at the address that the file names.

    With --on prefect nothing stays here: each stack becomes a deployment of the server, whose
    runs are the looks, in its interval, on a work pool whose workers have this package.
    """
    from compiler.plan.mask import Mask, secret_values  # noqa: PLC0415  # keeps `--help` quick
    from deploy import controlling  # noqa: PLC0415
    from deploy.console import Console  # noqa: PLC0415
    from deploy.exit_codes import Exit  # noqa: PLC0415

    server = options.ServerArguments(api_url=api_url, profile=profile)
    if place == "prefect" and not flags["check"]:
        raise SystemExit(_registered(file, pool, server, yes=flags["yes"]))
    if not flags["check"]:
        raise SystemExit(controlling.run(file, server, os.environ))
    console = Console(Mask(secret_values(os.environ)))
    roster = controlling.check(file, os.environ, console)
    if roster is None:
        raise SystemExit(Exit.FAILED)
    number = len(roster.stacks)
    console.tell(f"{file}: {number} stack{'' if number == 1 else 's'}, nothing wrong")


def _registered(file: Path, pool: str | None, server: options.ServerArguments, *, yes: bool) -> int:
    from deploy.carry_out import Manner  # noqa: PLC0415  # keeps `--help` quick
    from deploy.on_prefect import register  # noqa: PLC0415

    if pool is None:
        raise click.UsageError("'--on prefect' needs '--pool NAME'")
    return register(file, pool, server, os.environ, Manner(yes=yes))
