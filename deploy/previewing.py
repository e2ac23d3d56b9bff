"""Previews: a stack of its own for a branch, how it is called, and how it goes again."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from compiler import Compilation
from compiler.desired.preview import Preview
from compiler.desired.resources import DesiredState
from compiler.desired.steps import Built
from compiler.diagnostics import Report
from compiler.lowering.preview import Beside, previewed
from compiler.pipeline import slugged
from compiler.plan.build import Allowed
from compiler.source.sources import Sources
from compiler.state.ledger import Ledger
from deploy.carry_out import Manner, carry_out
from deploy.complaint import Complaint
from deploy.console import Console
from deploy.exit_codes import Exit
from deploy.job import Job
from deploy.session import on_server, open_client, stamp_of
from deploy.target import Target
from deploy.views.text import render_report
from reconciler import ledger as ledgers
from reconciler.lock.standing import remove

_BETWEEN = "-preview-"
_LONGEST = 63  # letters of the name of a stack
_DIGEST = 6  # letters
_SHORTEST = 8  # letters that have to be left for the branch


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A branch, and whose previews it has; `pool` is where runs go, None for where files say."""

    name: str
    pool: str | None = None
    lasts: timedelta = timedelta(days=7)

    def slug(self, stack: str) -> str:
        """The branch as a part of names: no other branch has the same.

        Raises:
            Complaint: there is no letter in it that a name may have, or no room.
        """
        room = _LONGEST - len(stack) - len(_BETWEEN)
        slug = slugged(self.name)
        if slug is None:
            message = f"nothing of {self.name!r} can be a part of a stack's name"
            raise Complaint(message, hint="say a --branch that has letters or digits")
        if room < _SHORTEST:
            message = f"the name of the stack {stack!r} is too long for a preview of it"
            raise Complaint(message, hint="say a shorter one with --stack")
        if slug == self.name and len(slug) <= room:
            return slug
        digest = hashlib.blake2b(self.name.encode()).hexdigest()[:_DIGEST]
        return f"{slug[: room - _DIGEST - 1].rstrip('-')}-{digest}"

    def stack(self, of: str) -> str:
        """The name of the preview's stack."""
        return f"{of}{_BETWEEN}{self.slug(of)}"


def as_preview(job: Job, branch: Branch, console: Console) -> Job:
    """The same job for the branch's own stack.

    What pull steps clone is known to be this repository by the remote that it has.

    Raises:
        Complaint: the branch cannot be a part of a name.
    """
    of = job.desired.stack
    assert of is not None
    beside = Beside(
        stack=branch.stack(of),
        prefix=f"{branch.slug(of)}-",
        preview=Preview(of=of, branch=branch.name, until=job.stamp.at + branch.lasts),
        pool=branch.pool,
        is_here=partial(_is_here, job.origin.remote),
    )
    report = Report()
    desired = previewed(job.desired, beside, report)
    console.findings(render_report(report, job.sources, console.mask, console.width))
    before = job.after_steps

    def after(built: Built) -> Compilation:
        assert before is not None
        compiled = before(built)
        made = compiled.desired and previewed(compiled.desired, beside, Report())
        return replace(compiled, desired=made)

    environment = " ".join(filter(None, (job.origin.environment, "preview", branch.name)))
    return replace(
        job,
        desired=desired,
        origin=replace(job.origin, environment=environment),
        after_steps=None if before is None else after,
    )


def _is_here(remote: str | None, address: str) -> bool:
    from reconciler.gitops.checkout import normalised  # noqa: PLC0415  # git is slow to import

    return remote is not None and normalised(address) == remote


def renew(job: Job, console: Console) -> None:
    """Let a preview that was up already stay for its whole time again, if half of it is over."""
    on_server(_renewed(job, console), console.mask)


async def _renewed(job: Job, console: Console) -> None:
    stack, wanted = job.desired.stack, job.desired.preview
    assert stack is not None
    assert wanted is not None
    lasts = wanted.until - job.stamp.at
    async with open_client(job.target) as client:
        ledger = await ledgers.load(client, stack)
        if ledger is None or ledger.preview is None:
            return
        until = ledger.preview.until
        if until - job.stamp.at < lasts / 2:
            until = wanted.until
            longer = replace(ledger, preview=wanted)
            await ledgers.revise(client, stack, lambda now: replace(now or longer, preview=wanted))
    console.tell(f"the preview {stack!r} stays until {told(until)}")


def told(moment: datetime) -> str:
    """A moment, to the minute."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def previews(target: Target, console: Console) -> tuple[dict[str, Ledger], datetime]:
    """The previews of a server by the names of their stacks, and what time it is there.

    Raises:
        Complaint: the server could not be read.
    """
    return on_server(_previews(target), console.mask)


def over(target: Target, console: Console) -> tuple[str, ...]:
    """The stacks of the previews whose time is over.

    Raises:
        Complaint: the server could not be read.
    """
    found, now = previews(target, console)
    return tuple(
        stack
        for stack, each in found.items()
        if each.preview is not None and each.preview.until < now
    )


async def _previews(target: Target) -> tuple[dict[str, Ledger], datetime]:
    async with open_client(target) as client:
        found = await ledgers.load_all(client)
        kept = {stack: each for stack, each in found.items() if each.preview is not None}
        return dict(sorted(kept.items())), client.now()


def take_down(
    stack: str,
    target: Target,
    console: Console,
    manner: Manner,
    environ: Mapping[str, str],
) -> Exit:
    """Delete everything of a preview, and what is remembered of it; nothing if there is none.

    Raises:
        Complaint: the stack is no preview, or the server could not be read.
    """
    ledger = on_server(_load(target, stack), console.mask)
    if ledger is None:
        console.tell(f"there is no preview {stack!r}")
        return Exit.OK
    if ledger.preview is None:
        raise Complaint(f"the stack {stack!r} is no preview", hint="deploy destroy")
    base = Path.cwd()
    job = Job(
        target=target,
        sources=Sources(base),
        origin=ledger.origin,
        stamp=stamp_of(None, environ, datetime.now(UTC)),
        desired=DesiredState(stack=stack, resources=(), preview=ledger.preview),
        allowed=Allowed(destroys=True),
        base=base,
        root=base,
    )
    ended = carry_out(job, manner, console)
    if ended is Exit.OK and not manner.dry_run:
        on_server(_forget(target, stack), console.mask)
    return ended


async def _load(target: Target, stack: str) -> Ledger | None:
    async with open_client(target) as client:
        return await ledgers.load(client, stack)


async def _forget(target: Target, stack: str) -> None:
    async with open_client(target) as client:
        if await ledgers.forget(client, stack):
            await remove(client, stack)
