"""What files want, for a verb that asks no server."""

from compiler import compile_project
from compiler.desired.resources import DesiredState
from compiler.plan.mask import Mask
from deploy.console import Console
from deploy.options import ProjectArguments
from deploy.session import open_project
from deploy.views.text import render_report


def read_files(arguments: ProjectArguments) -> tuple[Console, DesiredState | None]:
    """What the files want; None if it was said what is wrong with them.

    Raises:
        Complaint: an option has no value.
    """
    project = open_project(arguments, ask_git=False)
    compiled = compile_project(project.request, project.sources)
    console = Console(Mask(compiled.secrets))
    if compiled.desired is None:
        told = render_report(compiled.report, compiled.sources, console.mask, console.width)
        console.findings(told)
    return console, compiled.desired
