"""What a stack's ledger says of its applies."""

from compiler import find_stack, render_project
from compiler.diagnostics import Report
from compiler.state.ledger import Ledger
from deploy.complaint import Complaint
from deploy.console import Console
from deploy.session import Project, on_server, open_client
from deploy.target import Target
from deploy.views.mask import secret_values
from deploy.views.text import render_report
from reconciler import ledger as ledgers


def read_history(project: Project, target: Target, console: Console) -> tuple[str, Ledger]:
    """The stack that the caller or the files name, and its ledger.  One request.

    Raises:
        Complaint: nothing names the stack, it was never applied to this server, or the
            server could not be read.
    """
    stack = _stack(project, console)
    ledger = on_server(_load(target, stack), console.mask)
    if ledger is None:
        message = f"the stack {stack!r} has never been applied to {target.name}"
        raise Complaint(message, hint="is it the right server, and the right --stack?")
    return stack, ledger


async def _load(target: Target, stack: str) -> Ledger | None:
    async with open_client(target) as client:
        return await ledgers.load(client, stack)


def _stack(project: Project, console: Console) -> str:
    """The name that was said; only if there is none the files are read."""
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
