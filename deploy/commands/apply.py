"""`deploy apply PLAN`: exactly what was planned, or nothing."""

import os
from functools import partial
from pathlib import Path

import click

from deploy import options


@click.command("apply")
@click.argument("plan", type=click.Path(dir_okay=False, path_type=Path))
@options.target
@click.option(
    "--var",
    "variables",
    multiple=True,
    metavar="NAME=VALUE",
    help="An input that is a secret: a plan holds none.",
)
@click.option("--expect", metavar="DIGEST", help="Apply only the plan that has this digest.")
@options.journal
def command(
    *,
    plan: Path,
    api_url: str | None,
    profile: str | None,
    variables: tuple[str, ...],
    expect: str | None,
    journal: Path | None,
) -> None:
    """Apply a plan that 'deploy plan --out PLAN' has saved.

    It is refused if anything that it read has moved on the server since.  Nobody is
    asked: the plan was looked at.
    """
    from deploy.carry_out import Manner, carry_out  # noqa: PLC0415  # keeps `--version` quick
    from deploy.saving import check_fresh, open_saved_job, read_plan  # noqa: PLC0415

    saved = read_plan(plan)
    server = options.ServerArguments(api_url=api_url, profile=profile)
    console, job = open_saved_job(saved, server, os.environ, variables)
    manner = Manner(yes=True, expect=expect, journal=journal)
    raise SystemExit(carry_out(job, manner, console, partial(check_fresh, *saved)))
