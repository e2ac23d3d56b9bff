"""A job on its server: plan, show, ask, apply, verify.  Every verb that plans ends here."""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from compiler.desired.resources import Resource
from compiler.diagnostics import Report, start_of
from compiler.diagnostics.pages import stale_plan
from compiler.diff.attribution import once_secret
from compiler.diff.unfinished import unfinished
from compiler.plan.action import Create, Delete, Update
from compiler.plan.build import Plan
from compiler.plan.describe import Circumstances, describe
from compiler.plan.digest import digest
from compiler.plan.document import PlanDocument
from compiler.state.images import texts_with
from deploy.complaint import Complaint
from deploy.console import Console
from deploy.exit_codes import Exit
from deploy.job import Job
from deploy.journal import Both, Journal, open_journal
from deploy.progress import Progress
from deploy.question import agrees
from deploy.saving import saving
from deploy.session import on_server, open_client
from deploy.views.mask import secrets_named
from deploy.views.next_steps import next_steps
from deploy.views.outcomes import render_outcomes
from deploy.views.plan import text
from deploy.views.plan.formats import plan_view
from deploy.views.text import render_report
from deploy.views.unfinished import render as render_unfinished
from reconciler import pipeline
from reconciler.api.client import PrefectClient
from reconciler.apply.walker import Done

DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
Check = Callable[[Plan, Report], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a run goes about it.

    `out` is a file for the plan; `expect` a digest that the plan has to have.
    `pending_exit` makes a plan with changes end in an exit code of its own.
    `reads_input` says that standard input is a file, so that nobody can be asked.
    `journal` is a file that notes what is done, None if none does.
    """

    yes: bool = False
    dry_run: bool = False
    pending_exit: bool = False
    format: str = "text"
    out: Path | None = None
    expect: str | None = None
    reads_input: bool = False
    journal: Path | None = None
    question: str = "Apply?"


def carry_out(job: Job, manner: Manner, console: Console, check: Check | None = None) -> Exit:
    """Do the job; `check` may report why a plan is not to be applied.

    Raises:
        Complaint: the server could not be read, or a ledger not be written; nobody is
            there to be asked; or `expect` is no digest.
    """
    if manner.expect is not None and not DIGEST.fullmatch(manner.expect):
        message = f"{manner.expect!r} is no digest of a plan"
        raise Complaint(message, hint="'deploy plan' prints it: sha256:… and 64 letters")
    with open_journal(manner.journal, console) as journal:
        journal.began(job)
        run = _Run(manner=manner, console=console, journal=journal)
        ended = on_server(_carried_out(job, run, check), console.mask)
        journal.ended(ended)
    return ended


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """How a run goes about it, and whoever is told of it."""

    manner: Manner
    console: Console
    journal: Journal


async def _carried_out(job: Job, run: _Run, check: Check | None) -> Exit:
    manner, console = run.manner, run.console
    async with open_client(job.target, run.journal.hearer) as client:
        report = Report()
        job = replace(job, desired=await pipeline.settle(job.desired, client, report))
        if report.has_errors:
            console.findings(render_report(report, job.sources, console.mask, console.width))
            console.tell("nothing was written")
            return Exit.FAILED
        plan = await planned(job, client, report)
        console.mask.learn(secrets_of(plan))
        _tell_unfinished(plan, console)
        if check is not None:
            check(plan, report)
        _check_expected(plan, manner, report)
        run.journal.planned(plan)
        document = told(plan, job, report, console)
        _show(document, manner, console)
        console.findings(render_report(report, job.sources, console.mask, console.width))
        if manner.out is not None:
            saved = saving(plan, job, document, console)
            _write(manner.out, plan_view("json")(saved))
        if plan.is_empty or manner.dry_run or report.has_errors:
            return _without_writing(plan, manner, report, console)
        if not await _agreed(manner):
            console.tell("nothing was written")
            return Exit.FAILED
        if _asks(manner) and await planned(job, client, Report()) != plan:
            console.tell("the server has changed since the plan was shown: nothing was written")
            return Exit.FAILED
        return await _apply(plan, job, client, run)


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
        raise Complaint(f"nothing is recorded of what the last apply of {stack!r} found")
    return plan


def _tell_unfinished(plan: Plan, console: Console) -> None:
    found = None if plan.seen is None else unfinished(plan.all_wanted, plan.seen)
    if found is not None:
        console.tell(render_unfinished(found))


def told(plan: Plan, job: Job, report: Report, console: Console) -> PlanDocument:
    """The document of a plan."""
    circumstances = Circumstances(
        tool=job.stamp.tool,
        at=job.stamp.at,
        server=None if job.target.url is None else job.target.name,
        commit=job.stamp.commit,
        findings=tuple(report),
    )
    return describe(plan, circumstances, mask=console.mask, place=job.place)


def _check_expected(plan: Plan, manner: Manner, report: Report) -> None:
    if manner.expect is not None and digest(plan) != manner.expect:
        message = f"the plan is not the one that was approved: it has {digest(plan)}"
        hint = "look at it, and approve it anew"
        report.add(stale_plan.RULE, message, None, hint=hint)


def _show(document: PlanDocument, manner: Manner, console: Console) -> None:
    if manner.format == "text":
        console.plan(text.render(document, console.columns))
    else:
        console.document(plan_view(manner.format)(document))


def _write(path: Path, content: str) -> None:
    try:
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise Complaint(f"the plan could not be written to {str(path)!r}: {error}") from error


def _without_writing(plan: Plan, manner: Manner, report: Report, console: Console) -> Exit:
    if report.has_errors:
        console.tell("nothing was written")
        return Exit.FAILED
    return Exit.PENDING if manner.pending_exit and not plan.is_empty else Exit.OK


def secrets_of(plan: Plan) -> tuple[str, ...]:
    """Secrets that a plan would show, or a refusal quote."""
    there = [each for each in plan.actions if isinstance(each, (Update, Delete))]
    values = [each.resource.fields for each in plan.actions if not isinstance(each, Delete)]
    values += [each.observed.fields for each in there]
    named = (secret for fields in values for secret in secrets_named(fields))
    once = (
        secret
        for each in there
        for secret in once_secret(_resource_of(each), each.observed, plan.ledger)
    )
    return (*named, *once, *texts_with(plan.hidden, values))


def _resource_of(action: Update | Delete) -> Resource:
    """What is wanted of a thing; nothing of one that goes."""
    if isinstance(action, Update):
        return action.resource
    return Resource(address=action.address, fields={}, written_at=start_of("deploy.yaml"))


async def _agreed(manner: Manner) -> bool:
    """Whether to go on."""
    if manner.reads_input and not manner.yes:
        raise Complaint("standard input is the file, so nobody can be asked", hint="say --yes")
    return await agrees(manner.question) if _asks(manner) else True


def _asks(manner: Manner) -> bool:
    """A person is asked at a terminal, but for a plan that was approved; a pipeline never is."""
    approved = manner.yes or manner.expect is not None
    return not approved and sys.stdin.isatty() and sys.stderr.isatty()


async def _apply(plan: Plan, job: Job, client: PrefectClient, run: _Run) -> Exit:
    report, console = Report(), run.console
    desired = replace(job.desired, resources=plan.wanted) if job.goes_back else job.desired
    with Progress(len(plan.actions), console) as progress:
        outcomes = await pipeline.apply(
            plan,
            desired,
            client,
            replace(job.stamp, dirty=job.is_dirty()),
            report=report,
            listener=Both(progress, run.journal),
        )
    run.journal.skipped(plan, outcomes)
    console.findings(render_report(report, job.sources, console.mask, console.width))
    tell = console.data if run.manner.format == "text" else console.tell  # one document on stdout
    tell(render_outcomes(outcomes, plan))
    if outcomes.all_done:
        if any(isinstance(action, Create) for action in plan.actions):
            console.tell(next_steps(plan, embedded=job.target.url is None))
        return Exit.OK
    return Exit.PARTLY if outcomes.count(Done) else Exit.FAILED
