"""What the commands of the way in are told: `export` and `import`."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from deploy.options import Command, packed


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportArguments:
    """What is written down, and where; no `out` is standard output."""

    stack: str
    out: Path | None = None
    per_flow: bool = False
    from_stack: str | None = None
    force: bool = False


_EXPORT_OPTIONS = (
    click.option("--force", is_flag=True, help="Write over files that are there."),
    click.option(
        "--from-stack",
        metavar="NAME",
        help="Only what this stack owns; else what nobody else does.",
    ),
    click.option("--per-flow", is_flag=True, help="With --out: a file for each flow besides."),
    click.option(
        "--out",
        type=click.Path(file_okay=False, path_type=Path),
        metavar="DIR",
        help="Write deploy.yaml into this folder; to standard output if not given.",
    ),
    click.option(
        "--stack", required=True, metavar="NAME", help="Whose things these will be, by the files."
    ),
)


def exporting(command: Command) -> Callable[..., Any]:
    """What is written down, and where; the command gets it as `exporting`."""
    return packed(command, "exporting", ExportArguments, _EXPORT_OPTIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportArguments:
    """Which files of Prefect's become a stack of which name."""

    paths: tuple[str, ...] = ()
    stack: str | None = None
    force: bool = False
    dry_run: bool = False


_IMPORT_OPTIONS = (
    click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing."),
    click.option("--force", is_flag=True, help="Write over files that are there."),
    click.option(
        "--stack", metavar="NAME", help="Whose things these will be; the repository's name else."
    ),
    click.argument("paths", nargs=-1, metavar="[PATHS]..."),
)


def importing(command: Command) -> Callable[..., Any]:
    """Which files become a stack; the command gets it as `importing`."""
    return packed(command, "importing", ImportArguments, _IMPORT_OPTIONS)
