"""Which stack is meant, where nothing else of the files matters."""

from compiler import find_stack, render_project
from compiler.diagnostics import Report
from compiler.plan.mask import secret_values
from deploy.complaint import Complaint
from deploy.console import Console
from deploy.session import Project
from deploy.views.text import render_report


def stack_of(project: Project, console: Console) -> str:
    """The name that was said; only if there is none the files are read.

    Raises:
        Complaint: nothing names it, or the files cannot be read.
    """
    request, report = project.request, Report()
    is_said = request.stack is not None
    resolved = () if is_said else render_project(request, project.sources, report)
    for one in resolved:
        console.mask.learn(secret_values(one.taken.filled))
    stack = find_stack(request, resolved, report)
    if report.has_errors:
        told = render_report(report, project.sources, console.mask, console.width)
        console.findings(told)
        raise Complaint("it is not known which stack this is", hint="say --stack NAME")
    if stack is None:
        message = "nothing says which stack these files are"
        raise Complaint(message, hint="write 'stack: NAME' into the file, or say --stack NAME")
    return stack
