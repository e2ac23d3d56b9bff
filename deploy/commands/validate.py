"""`deploy validate`: everything that can be known without a server."""

from dataclasses import dataclass, field

import click

from deploy import options
from deploy.exit_codes import Exit


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """What was asked for."""

    project: options.ProjectArguments = field(default_factory=options.ProjectArguments)
    format: str = "text"


@click.command("validate")
@options.project
@click.option(
    "--format",
    type=click.Choice(["text", "concise"]),
    default="text",
    show_default=True,
    help="How findings are written.",
)
def command(project: options.ProjectArguments, format: str) -> None:
    """Check the files: no server, and no user code is run."""
    arguments = Arguments(project=project, format=format)
    raise SystemExit(run(arguments))


def run(arguments: Arguments) -> Exit:
    """Report what is wrong with the files."""
    from compiler import compile_project  # noqa: PLC0415  # keeps `deploy --version` quick
    from deploy.console import Console  # noqa: PLC0415
    from deploy.session import open_project  # noqa: PLC0415
    from deploy.views.findings import render_concise, render_report  # noqa: PLC0415
    from deploy.views.mask import Mask, secret_values  # noqa: PLC0415

    project = open_project(arguments.project, ask_git=False)
    compiled = compile_project(project.request, project.sources)
    console = Console(Mask(secret_values(compiled.filled)))
    if arguments.format == "concise":
        console.data(render_concise(compiled.report))
    else:
        console.findings(render_report(compiled.report, compiled.sources))
    if compiled.report.has_errors:
        return Exit.FAILED
    count = len(compiled.desired.resources) if compiled.desired is not None else 0
    console.tell(f"{count} resources, no errors")
    return Exit.OK
