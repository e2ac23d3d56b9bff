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
@click.option("--check", is_flag=True, help="Say what is wrong in the file, and do nothing more.")
def command(*, file: Path, api_url: str | None, profile: str | None, check: bool) -> None:
    """Keep stacks equal to their files in Git, until told to end.

    Repositories are looked at again and again, and when a webhook tells of a push. What
    moves on the server is told of, and put back where that is asked for. Health, metrics
    and webhooks are answered at the address that the file names.
    """
    from compiler.plan.mask import Mask, secret_values  # noqa: PLC0415  # keeps `--help` quick
    from deploy import controlling  # noqa: PLC0415
    from deploy.console import Console  # noqa: PLC0415
    from deploy.exit_codes import Exit  # noqa: PLC0415

    if not check:
        server = options.ServerArguments(api_url=api_url, profile=profile)
        raise SystemExit(controlling.run(file, server, os.environ))
    console = Console(Mask(secret_values(os.environ)))
    roster = controlling.check(file, os.environ, console)
    if roster is None:
        raise SystemExit(Exit.FAILED)
    number = len(roster.stacks)
    console.tell(f"{file}: {number} stack{'' if number == 1 else 's'}, nothing wrong")
