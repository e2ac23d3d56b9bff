"""The lock of a stack, taken from whoever holds it."""

import sys

from deploy.complaint import Complaint
from deploy.console import Console
from deploy.exit_codes import Exit
from deploy.question import agrees
from deploy.session import on_server, open_client
from deploy.target import Target
from deploy.views.lock import render_holder
from reconciler.lock.standing import free, look


def unlock(stack: str, target: Target, console: Console, *, yes: bool) -> Exit:
    """Say who holds the lock, ask, free it.

    Raises:
        Complaint: nobody is there to be asked, or the server could not be asked.
    """
    return on_server(_unlocked(stack, target, console, yes=yes), console.mask)


async def _unlocked(stack: str, target: Target, console: Console, *, yes: bool) -> Exit:
    async with open_client(target) as client:
        standing = await look(client, stack)
        if not standing.is_taken:
            console.tell(f"the stack {stack!r} is not locked")
            return Exit.OK
        console.data(f"the stack {stack!r} is locked {render_holder(standing)}")
        if not yes and not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise Complaint("nobody can be asked whether to free it", hint="say --yes")
        if not yes and not await agrees("Free it?"):
            console.warn("it stays locked")
            return Exit.FAILED
        if not await free(client, stack, standing):
            raise Complaint("it has changed hands meanwhile", hint="look at it again")
        console.tell("it is free")
        return Exit.OK
