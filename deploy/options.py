"""Options that several commands share, written once."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def project(command: Command) -> Command:
    """Which files, and how strictly they are read."""
    for option in (
        click.option("--lenient", is_flag=True, help="Unknown keys are warnings."),
        click.option("--stack", metavar="NAME", help="Whose things these are, over the file's."),
        click.option(
            "-f",
            "--file",
            "files",
            multiple=True,
            metavar="FILE",
            help="A deployment file, a folder that holds one, or - for standard input. "
            "May be given several times; the current folder if it is not.",
        ),
    ):
        command = option(command)
    return command


def findings(command: Command) -> Command:
    """Which findings are heard of, and how much each matters."""
    for option in (
        click.option(
            "--severity",
            "severities",
            multiple=True,
            metavar="CODE=LEVEL",
            help="What a finding is: error, warning or info. May be given several times.",
        ),
        click.option(
            "--ignore-rules", "ignored", multiple=True, metavar="CODES", help="Not these findings."
        ),
        click.option(
            "--rules",
            "only",
            multiple=True,
            metavar="CODES",
            help="Only these findings: codes (DEP204), beginnings of codes (DEP2) or names, "
            "with commas between them.",
        ),
    ):
        command = option(command)
    return command


def server(command: Command) -> Command:
    """Which server, and what a plan may do on it."""
    for option in (
        click.option("--force", is_flag=True, help="Delete pools, or more than usual."),
        click.option("--take-over", is_flag=True, help="Move the stack here from its origin."),
        click.option("--adopt", is_flag=True, help="Take over what exists and has no owner."),
        click.option("--profile", metavar="NAME", help="A Prefect profile."),
        click.option("--api-url", metavar="URL", help="The server's API, or 'embedded'."),
    ):
        command = option(command)
    return command
