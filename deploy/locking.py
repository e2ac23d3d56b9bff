"""The locks that an apply needs, as a run of the command waits for them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from compiler.diagnostics import Report
from compiler.diagnostics.pages import stack_is_locked
from compiler.plan.build import Plan
from deploy.console import Console
from deploy.job import Job
from deploy.views.lock import render_notice, render_refusal
from reconciler import pipeline
from reconciler.api.client import PrefectClient
from reconciler.lock.hold import Held, Notice, Terms, hold
from reconciler.lock.holder import this_process
from reconciler.lock.take import StackIsLocked


@asynccontextmanager
async def locked(
    plan: Plan, job: Job, client: PrefectClient, console: Console, *, patience: int
) -> AsyncIterator[Held]:
    """Hold the locks of a plan; wait up to `patience` seconds, and say so once.

    Raises:
        StackIsLocked: somebody else went on holding one.
        ApiError: the server could not be asked.
    """

    def hear(notice: Notice) -> None:
        console.warn(render_notice(notice, patience))

    holder = this_process(job.stamp.who, job.stamp.commit)
    terms = Terms(holder=holder, patience=patience, hear=hear)
    async with hold(client, pipeline.stacks_of(plan), terms) as held:
        yield held


def report_locked(locked: StackIsLocked, report: Report) -> None:
    """Say who holds it, and what can be done."""
    hint = "wait longer with --lock-timeout, or free it with 'deploy unlock' if nobody is at work"
    report.add(stack_is_locked.RULE, render_refusal(locked.refusal), None, hint=hint)
