"""The plan of a job, and what the caller has said of it."""

from compiler.diagnostics import Report
from compiler.diagnostics.pages import known_after_build, stale_plan
from compiler.plan.build import Plan
from compiler.plan.digest import digest
from deploy.complaint import Complaint
from deploy.job import Job
from reconciler import pipeline
from reconciler.api.client import PrefectClient


async def planned(job: Job, client: PrefectClient, report: Report) -> Plan:
    """The plan of a job.

    Raises:
        ApiError: the server could not be read.
        Complaint: nothing is recorded to go back to.
    """
    if job.goes_back:
        return await _planned_back(job, client, report)
    return await pipeline.plan(
        job.desired,
        client,
        job.origin,
        allowed=job.allowed,
        selection=job.selection,
        report=report,
    )


async def _planned_back(job: Job, client: PrefectClient, report: Report) -> Plan:
    stack = job.desired.stack
    assert stack is not None
    plan = await pipeline.plan_back(stack, client, allowed=job.allowed, report=report)
    if plan is None:
        message = f"nothing is recorded of what the last apply of {stack!r} found"
        raise Complaint(message, hint="go back to a commit: deploy rollback")
    return plan


def check_saved(plan: Plan, report: Report) -> None:
    """Report that a plan is not to be saved before its steps have run."""
    if plan.recipes:
        message = "a saved plan holds what the steps put out, and they have not run"
        hint = "--build runs them now; --no-build says that they run elsewhere"
        at = plan.recipes[0].steps[0].at
        report.add(known_after_build.RULE, message, at, hint=hint)


def check_expected(plan: Plan, expected: str | None, report: Report) -> None:
    """Report that a plan is not the one that has the digest `expected`; None is any."""
    if expected is not None and digest(plan) != expected:
        message = f"the plan is not the one that was approved: it has {digest(plan)}"
        hint = "look at it, and approve it anew"
        report.add(stale_plan.RULE, message, None, hint=hint)
