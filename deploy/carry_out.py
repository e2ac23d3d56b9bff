"""A job on its server: look, show, ask, lock, look again, apply.

Every verb that plans ends here.
"""

import os
import re
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path

from compiler.desired.resources import Resource
from compiler.diagnostics import Report
from compiler.diff.unfinished import unfinished
from compiler.plan.action import Create, Update
from compiler.plan.build import Plan
from compiler.plan.describe import Circumstances, describe
from compiler.plan.document import PlanDocument
from compiler.plan.secrets import secrets_of
from deploy.building import NotBuilt, after_steps
from deploy.complaint import Complaint
from deploy.console import Console
from deploy.exit_codes import Exit
from deploy.installed_blocks import InstalledBlocks
from deploy.interrupt import INTERRUPTED, finishing
from deploy.job import Job
from deploy.journal import Both, Journal, open_journal
from deploy.links import pages_of
from deploy.locking import locked, report_locked
from deploy.options import ApplyingArguments
from deploy.planning import check_expected, check_saved, planned
from deploy.progress import Progress
from deploy.question import agrees
from deploy.saving import saving
from deploy.session import on_server, open_client
from deploy.views.next_steps import next_steps
from deploy.views.outcomes import render_outcomes
from deploy.views.plan import text
from deploy.views.plan.formats import plan_view
from deploy.views.text import render_report
from deploy.views.unfinished import render as render_unfinished
from reconciler import pipeline
from reconciler.api.client import PrefectClient
from reconciler.apply.walker import Done, Halt
from reconciler.lock.hold import Held
from reconciler.lock.take import StackIsLocked
from reconciler.observe.sources import SourceReader
from reconciler.pipeline import Course, Outcomes
from reconciler.settling import Secrecy, settled

DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
Check = Callable[[Plan, Report], None]
_CHANGED = "something has changed on the server since the plan was shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a run goes about it.

    `out` is a file for the plan.  With `builds_first` steps run before the plan is made.
    `pending_exit` makes a plan with changes end in an exit code of its own.
    `reads_input` says that standard input is a file, so that nobody can be asked.
    """

    yes: bool = False
    dry_run: bool = False
    pending_exit: bool = False
    format: str = "text"
    out: Path | None = None
    reads_input: bool = False
    builds_first: bool = False
    question: str = "Apply?"
    applying: ApplyingArguments = field(default_factory=ApplyingArguments)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """A job as the files have it, and everything that it is carried out with.

    `expected` is the digest that the next plan has to have; None for any.
    """

    job: Job
    manner: Manner
    client: PrefectClient
    console: Console
    journal: Journal
    check: Check | None
    reader: SourceReader = field(default_factory=SourceReader)
    installed: InstalledBlocks = field(default_factory=InstalledBlocks)
    expected: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """What was made of a job when the server was looked at; no plan where an error forbids it.

    `job` has what files leave to the server filled in.
    """

    job: Job
    plan: Plan | None
    report: Report

    @property
    def may_go_on(self) -> bool:
        """Whether nothing forbids it."""
        return self.plan is not None and not self.report.has_errors

    @property
    def has_steps(self) -> bool:
        """Whether steps have to run first."""
        return self.plan is not None and bool(self.plan.recipes)


def carry_out(job: Job, manner: Manner, console: Console, check: Check | None = None) -> Exit:
    """Do the job; `check` may report why a plan is not to be applied.

    Raises:
        Complaint: the server could not be read, or a ledger not be written; nobody is
            there to be asked; or `expect` is no digest.
    """
    if manner.applying.expect is not None and not DIGEST.fullmatch(manner.applying.expect):
        message = f"{manner.applying.expect!r} is no digest of a plan"
        raise Complaint(message, hint="'deploy plan' prints it: sha256:… and 64 letters")
    with open_journal(manner.applying.journal, console) as journal:
        journal.began(job)
        ended = on_server(_carried_out(job, manner, console, journal, check), console.mask)
        journal.ended(ended)
    return ended


async def _carried_out(
    job: Job, manner: Manner, console: Console, journal: Journal, check: Check | None
) -> Exit:
    async with open_client(job.target, journal.hearer) as client:
        run = _Run(
            job=job,
            manner=manner,
            client=client,
            console=console,
            journal=journal,
            check=check,
            expected=None if manner.builds_first else manner.applying.expect,
        )
        try:
            return await _to_the_end(run)
        except StackIsLocked as locked:
            report = Report()
            report_locked(locked, report)
            return _nothing_written(run, report)
        except NotBuilt as failed:
            return _nothing_written(run, failed.report)


async def _to_the_end(run: _Run) -> Exit:
    look = await _look(run, run.client)
    if run.manner.builds_first and look.may_go_on and look.has_steps:
        run = replace(await _built(look, run), expected=run.manner.applying.expect)
        look = await _look(run, run.client)
    _show(look, run)
    ended: Exit | tuple[_Look, _Run] = (look, run)
    while isinstance(ended, tuple):
        ended = await _once(*ended)
    return ended


async def _once(look: _Look, run: _Run) -> Exit | tuple[_Look, _Run]:
    """Ask, and apply what was agreed to; where that is not so any more, what there is to ask now.

    Nobody is kept waiting while a person thinks: the lock is taken after the question, and
    after steps have run.  It is given back before the next question.
    """
    if (ending := _without_writing(look, run)) is not None:
        return ending
    if not await _agreed(run.manner):
        return _nothing_written(run)
    if look.has_steps:
        before = look, run
        run = await _built(look, run)
        look = await _look(run, run.client)
        _show_anew(look, run, "with what the steps have put out, the plan is:")
        if not await _still_holds(*before):
            return look, run
        if (ending := _without_writing(look, run)) is not None:
            return ending
    return await _under_lock(look, run)


async def _under_lock(look: _Look, run: _Run) -> Exit | tuple[_Look, _Run]:
    """Apply what still is as it was looked at."""
    async with _locked(look, run) as held:
        now = await _look_again(look, run, held)
        if now.plan == look.plan and now.may_go_on:
            return await _apply(now, run, held)
        if not _asks(run.manner):
            _show_anew(now, run)
            ending = _without_writing(now, run)
            return await _apply(now, run, held) if ending is None else ending
    _show_anew(now, run)
    return now, run


async def _still_holds(look: _Look, run: _Run) -> bool:
    """Whether the plan that a person agreed to would be made again, but for what steps put out."""
    return not _asks(run.manner) or (await _look(run, run.client)).plan == look.plan


async def _built(look: _Look, run: _Run) -> _Run:
    """The run with what the plan's steps have put out.

    Raises:
        NotBuilt: they did not put out what is needed.
    """
    assert look.plan is not None
    job = await after_steps(look.plan, run.job, run.console)
    return replace(run, job=job, expected=None)


async def _look(run: _Run, client: PrefectClient) -> _Look:
    """Plan, and check whether that plan may be applied."""
    report = Report()
    secrecy = Secrecy(mask=run.console.mask, reader=run.reader, installed=run.installed)
    job = replace(run.job, desired=await settled(run.job.desired, client, secrecy, report))
    if report.has_errors:
        return _Look(job=job, plan=None, report=report)
    plan = await planned(job, client, report)
    run.console.mask.learn(secrets_of(plan))
    _tell_unfinished(plan, run.console)
    if run.check is not None:
        run.check(plan, report)
    check_expected(plan, run.expected, report)
    if run.manner.out is not None and not run.manner.builds_first:
        check_saved(plan, report)
    run.journal.planned(plan)
    return _Look(job=job, plan=plan, report=report)


async def _look_again(look: _Look, run: _Run, held: Held) -> _Look:
    """The same look, unless time has passed, or somebody else has applied the stack."""
    assert look.plan is not None
    has_passed = _asks(run.manner) or held.waited
    if not has_passed and await pipeline.is_current(look.plan, held.client):
        return look
    return await _look(run, held.client)


def _tell_unfinished(plan: Plan, console: Console) -> None:
    found = None if plan.seen is None else unfinished(plan.all_wanted, plan.seen)
    if found is not None:
        console.warn(render_unfinished(found))


def told(plan: Plan, job: Job, report: Report, console: Console) -> PlanDocument:
    """The document of a plan."""
    circumstances = Circumstances(
        tool=job.stamp.tool,
        at=job.stamp.at,
        server=None if job.target.url is None else job.target.name,
        commit=job.stamp.commit,
        findings=tuple(report),
    )
    document = describe(plan, circumstances, mask=console.mask, place=job.place)
    console.pages = pages_of(document, job.target.url, os.environ)
    return document


def _show(look: _Look, run: _Run) -> None:
    """Print a plan and what there is to say of it; write it to a file if there is one."""
    manner, console = run.manner, run.console
    if look.plan is None:
        return _find(look.report, run)
    document = told(look.plan, look.job, look.report, console)
    if console.is_quiet and _asks(manner):
        console.warn(f"server: {look.job.target}")
    if manner.format != "text":
        console.document(plan_view(manner.format)(document))
    elif _shows_plan(run):
        console.plan(text.render(document, console.columns))
    _find(look.report, run)
    if manner.out is not None and not look.plan.recipes:
        saved = saving(look.plan, look.job, document, console)
        _write(manner.out, plan_view("json")(saved))
    return None


def _show_anew(look: _Look, run: _Run, why: str = _CHANGED) -> None:
    """Print a plan in the place of one that was shown; on stdout there is one document."""
    console, is_shown = run.console, _shows_plan(run)
    console.warn(why if is_shown else "")
    if look.plan is not None and is_shown:
        document = told(look.plan, look.job, look.report, console)
        show = console.plan if run.manner.format == "text" else console.tell
        show(text.render(document, console.columns))
    _find(look.report, run)


def _shows_plan(run: _Run) -> bool:
    """Whether the plan is what was asked for, or what somebody will be asked about."""
    return not run.console.is_quiet or run.manner.dry_run or _asks(run.manner)


def _find(report: Report, run: _Run) -> None:
    console = run.console
    console.findings(render_report(report, run.job.sources, console.mask, console.width))


def _nothing_written(run: _Run, report: Report | None = None) -> Exit:
    if report is not None:
        _find(report, run)
    run.console.warn("nothing was written")
    return Exit.FAILED


def _write(path: Path, content: str) -> None:
    try:
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        message = f"the plan could not be written to {str(path)!r}: {error.strerror or error}"
        raise Complaint(
            message, hint="name another file with --out; nothing was applied"
        ) from error


def _without_writing(look: _Look, run: _Run) -> Exit | None:
    """How the run ends if there is nothing to write, or not to be; None if there is."""
    if look.plan is None or look.report.has_errors:
        return _nothing_written(run)
    if look.plan.is_empty and not look.plan.recipes:
        return Exit.OK
    if run.manner.dry_run:
        is_pending = not look.plan.is_empty or look.plan.awaited
        return Exit.PENDING if run.manner.pending_exit and is_pending else Exit.OK
    return None


def _locked(look: _Look, run: _Run) -> AbstractAsyncContextManager[Held]:
    assert look.plan is not None
    patience = run.manner.applying.lock_timeout
    return locked(look.plan, run.job, run.client, run.console, patience=patience)


async def _agreed(manner: Manner) -> bool:
    """Whether to go on."""
    if manner.reads_input and not manner.yes:
        raise Complaint("standard input is the file, so nobody can be asked", hint="say --yes")
    return await agrees(manner.question) if _asks(manner) else True


def _asks(manner: Manner) -> bool:
    """A person is asked at a terminal, but for a plan that was approved; a pipeline never is."""
    approved = manner.yes or manner.applying.expect is not None
    return not approved and sys.stdin.isatty() and sys.stderr.isatty()


async def _apply(look: _Look, run: _Run, held: Held) -> Exit:
    plan, job, console, report, halt = look.plan, look.job, run.console, Report(), Halt()
    assert plan is not None
    assert not any(each.unbuilt.paths for each in _written(plan)), "steps have not run"
    desired = replace(job.desired, resources=plan.wanted) if job.goes_back else job.desired
    stamp = replace(job.stamp, dirty=job.is_dirty())
    with Progress(len(plan.actions), console) as progress, finishing(halt, console.warn):
        course = Course(
            listener=Both(progress, run.journal),
            halt=halt,
            fail_fast=run.manner.applying.fail_fast,
        )
        outcomes = await pipeline.apply(
            plan, desired, held.client, stamp, report=report, course=course
        )
    run.journal.skipped(plan, outcomes)
    _find(report, run)
    tell = console.data if run.manner.format == "text" else console.tell  # one document on stdout
    if not (console.is_quiet and outcomes.all_done):
        tell(render_outcomes(outcomes, plan))
    if outcomes.all_done and any(isinstance(action, Create) for action in plan.actions):
        console.tell(next_steps(plan, embedded=job.target.url is None))
    return _ended(outcomes)


def _ended(outcomes: Outcomes) -> Exit:
    if outcomes.all_done:
        return Exit.OK
    if outcomes.halted == INTERRUPTED:
        return Exit.INTERRUPTED
    return Exit.PARTLY if outcomes.count(Done) else Exit.FAILED


def _written(plan: Plan) -> tuple[Resource, ...]:
    """What a plan writes to."""
    return tuple(each.resource for each in plan.actions if isinstance(each, (Create, Update)))
