"""Back to what the last apply found, as the server remembers it: no file is compiled."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from compiler.desired.resources import DesiredState
from compiler.plan.build import Allowed
from compiler.source.sources import Sources
from compiler.state.images import Images, UnreadableImages, load
from compiler.state.ledger import Ledger
from deploy.complaint import Complaint
from deploy.console import Console
from deploy.history import read_history
from deploy.job import Job, open_console
from deploy.options import ProjectArguments, ServerArguments
from deploy.session import open_project, stamp_of
from deploy.views.history import when
from deploy.views.letters import one_line


def open_undo(
    project: ProjectArguments, server: ServerArguments, environ: Mapping[str, str]
) -> tuple[Console, Job]:
    """The job that undoes the last apply of the stack that the files or `--stack` name.

    Raises:
        Complaint: there is no last apply, or what it found cannot be read.
    """
    console, target = open_console(server, environ)
    opened = open_project(project, ask_git=project.stack is None)
    stack, ledger = read_history(opened, target, console)
    images = _images(stack, ledger)
    number, apply = next(iter(ledger.numbered.items()))
    console.tell(one_line(f"undoes: apply {number}, {when(apply.at)} UTC, by {apply.who}"))
    stamp, base = stamp_of(None, environ, datetime.now(UTC)), Path.cwd()
    return console, Job(
        target=target,
        sources=Sources(base),
        origin=ledger.origin,
        stamp=replace(stamp, commit=images.commit),
        desired=DesiredState(stack=stack, resources=()),
        allowed=Allowed(force=server.force),
        project=project,
        base=base,
        root=base,
        is_dirty=lambda: images.dirty,
        goes_back=True,
    )


def _images(stack: str, ledger: Ledger) -> Images:
    try:
        images = load(ledger.images)
    except UnreadableImages as error:
        raise Complaint(str(error), hint="use the version that applied, or a newer one") from error
    if not ledger.images:
        message = f"nothing is recorded of what the last apply of {stack!r} found"
        raise Complaint(message, hint="go back to a commit: deploy rollback")
    return images
