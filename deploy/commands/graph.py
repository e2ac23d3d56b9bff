"""`deploy graph`: what the files are made of, and what needs what."""

import click

from deploy import options
from deploy.exit_codes import Exit

FORMATS = ("mermaid", "dot", "svg")


@click.command("graph")
@options.project
@click.option(
    "--format",
    type=click.Choice(FORMATS),
    default="mermaid",
    show_default=True,
    help="How it is written.",
)
def command(*, project: options.ProjectArguments, format: str) -> None:
    """Draw the things of the files and what needs what: no server is asked.

    What another owner has is drawn with a broken line.
    """
    raise SystemExit(run(project, format=format))


def run(arguments: options.ProjectArguments, *, format: str) -> Exit:
    """Print the graph, or what is wrong with the files."""
    from compiler import compile_project  # noqa: PLC0415  # keeps `--version` quick
    from compiler.conversion.graph import graph  # noqa: PLC0415
    from compiler.plan.mask import Mask, secret_values  # noqa: PLC0415
    from deploy.console import Console  # noqa: PLC0415
    from deploy.session import open_project  # noqa: PLC0415
    from deploy.views import graph as view  # noqa: PLC0415
    from deploy.views.text import render_report  # noqa: PLC0415

    project = open_project(arguments, ask_git=False)
    compiled = compile_project(project.request, project.sources)
    console = Console(Mask(secret_values(compiled.filled)))
    if compiled.desired is None:
        told = render_report(compiled.report, compiled.sources, console.mask, console.width)
        console.findings(told)
        return Exit.FAILED
    drawn = {"mermaid": view.mermaid, "dot": view.dot, "svg": view.svg}
    console.document(drawn[format](graph(compiled.desired)))
    return Exit.OK
