"""`deploy validate`: everything that can be known without a server."""

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from deploy import options
from deploy.exit_codes import Exit

if TYPE_CHECKING:
    from compiler import Compilation
    from deploy.console import Console
    from deploy.session import Project
    from deploy.views.findings import Findings

FORMATS = ("text", "concise", "json", "sarif", "github", "junit")
_FOR_PEOPLE = ("text", "concise")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """What was asked for."""

    files: tuple[str, ...] = ()
    stack: str | None = None
    lenient: bool = False
    format: str = "text"


@click.command("validate")
@options.project
@click.option(
    "--format",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How findings are written.",
)
def command(files: tuple[str, ...], stack: str | None, *, lenient: bool, format: str) -> None:
    """Check the files: no server, and no user code is run.

    Findings are what it prints: they go to standard output.
    """
    arguments = Arguments(files=files, stack=stack, lenient=lenient, format=format)
    raise SystemExit(run(arguments))


def run(arguments: Arguments) -> Exit:
    """Report what is wrong with the files."""
    from compiler import compile_project  # noqa: PLC0415  # keeps `deploy --version` quick
    from deploy.console import Console  # noqa: PLC0415
    from deploy.session import open_project  # noqa: PLC0415
    from deploy.views.mask import Mask, secret_values  # noqa: PLC0415

    project = open_project(
        arguments.files, stack=arguments.stack, lenient=arguments.lenient, ask_git=False
    )
    compiled = compile_project(project.request, project.sources)
    console = Console(Mask(secret_values(compiled.filled)))
    found = _findings(compiled, project, console)
    _show(found, arguments.format, console)
    if found.has_errors:
        return Exit.FAILED
    count = len(compiled.desired.resources) if compiled.desired is not None else 0
    console.tell(f"{count} resources, no errors")
    return Exit.OK


def _findings(compiled: "Compilation", project: "Project", console: "Console") -> "Findings":
    from importlib.metadata import version  # noqa: PLC0415

    from compiler.pipeline import root_of  # noqa: PLC0415
    from deploy.views.findings import Findings, masked  # noqa: PLC0415

    found = Findings(
        diagnostics=tuple(compiled.report),
        sources=compiled.sources,
        mask=console.mask,
        files=tuple(sorted(name for name, _ in compiled.sources.texts() if _is_ours(name))),
        base=project.request.base,
        root=root_of(project.request.base),
        version=version("prefect-reconciler"),
        width=console.width if sys.stdout.isatty() else None,
    )
    return masked(found)


def _is_ours(name: str) -> bool:
    """Whether a file that was read is one to check, and not the code of a flow."""
    return not name.endswith(".py")


def _show(found: "Findings", format: str, console: "Console") -> None:
    from deploy.views.formats import VIEWS  # noqa: PLC0415

    text = VIEWS[format](found)
    if format in _FOR_PEOPLE:
        console.findings(text, is_data=True)
    else:
        console.document(text)
