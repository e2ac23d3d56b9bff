"""What a stack's ledger says of its applies."""

from compiler.state.ledger import Ledger
from deploy.complaint import Complaint
from deploy.console import Console
from deploy.session import Project, on_server, open_client
from deploy.stack_name import stack_of
from deploy.target import Target
from reconciler import ledger as ledgers


def read_history(project: Project, target: Target, console: Console) -> tuple[str, Ledger]:
    """The stack that the caller or the files name, and its ledger.  One request.

    Raises:
        Complaint: nothing names the stack, it was never applied to this server, or the
            server could not be read.
    """
    stack = stack_of(project, console)
    ledger = on_server(_load(target, stack), console.mask)
    if ledger is None:
        message = f"the stack {stack!r} has never been applied to {target.name}"
        raise Complaint(message, hint="is it the right server, and the right --stack?")
    return stack, ledger


async def _load(target: Target, stack: str) -> Ledger | None:
    async with open_client(target) as client:
        return await ledgers.load(client, stack)
