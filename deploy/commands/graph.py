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
    from compiler.conversion.graph import graph  # noqa: PLC0415  # keeps `--version` quick
    from deploy.reading import read_files  # noqa: PLC0415
    from deploy.views import graph as view  # noqa: PLC0415

    console, desired = read_files(arguments)
    if desired is None:
        return Exit.FAILED
    drawn = {"mermaid": view.mermaid, "dot": view.dot, "svg": view.svg}
    console.document(drawn[format](graph(desired), console.mask.text))
    return Exit.OK
