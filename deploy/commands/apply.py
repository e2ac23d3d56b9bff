"""`deploy -f FILE`: compile, plan, show, ask, apply, verify.  `deploy plan` stops half-way."""

import asyncio
import sys
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from compiler import Compilation, compile_project
from compiler.desired.resources import DesiredState
from compiler.diagnostics import Report
from compiler.diagnostics.pages import known_after_build, no_stack, wrong_server
from compiler.plan.action import Delete, Update
from compiler.plan.build import Allowed, Plan
from compiler.plan.selection import Selection, parse_selection
from compiler.source.sources import Sources
from compiler.state.ledger import Origin
from deploy.complaint import Complaint
from deploy.console import Console
from deploy.exit_codes import Exit
from deploy.options import ProjectArguments, SelectionArguments
from deploy.progress import Progress
from deploy.question import agrees
from deploy.session import open_client, open_project, origin_of, stamp_of
from deploy.target import Target, resolve
from deploy.views.changes import render_outcomes, render_plan
from deploy.views.mask import Mask, secret_values, secrets_at, secrets_in
from deploy.views.next_steps import next_steps
from deploy.views.text import render_report
from reconciler import pipeline
from reconciler.api.client import PrefectClient
from reconciler.api.errors import ApiError
from reconciler.apply.walker import Done
from reconciler.remember import Stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """What was asked for.

    `pending_exit` makes a plan with changes end in its own exit code.
    """

    project: ProjectArguments = field(default_factory=ProjectArguments)
    api_url: str | None = None
    profile: str | None = None
    selecting: SelectionArguments = field(default_factory=SelectionArguments)
    allowed: Allowed = field(default_factory=Allowed)
    yes: bool = False
    dry_run: bool = False
    pending_exit: bool = False


def run(arguments: Arguments, environ: dict[str, str]) -> Exit:
    """Do the whole job.

    Raises:
        Complaint: no server can be chosen, it could not be read, or a ledger not be
            written; or nobody is there to be asked.
    """
    target = resolve(environ, api_url=arguments.api_url, profile=arguments.profile)
    mask = Mask(filter(None, (target.api_key, target.auth_string, *target.headers.values())))
    console = Console(mask)
    console.tell(f"server: {target}")
    project = open_project(arguments.project)
    compiled = compile_project(project.request, project.sources)
    mask.learn(secret_values(compiled.filled))
    mask.learn(secrets_at(compiled.report, compiled.sources))
    chosen = arguments.selecting
    selection = parse_selection(chosen.select, chosen.exclude, compiled.report)
    desired = _ready(compiled, target)
    console.findings(render_report(compiled.report, compiled.sources, console.mask, console.width))
    if desired is None:
        console.tell("nothing was read from the server, and nothing was written")
        return Exit.FAILED
    job = _Job(
        arguments=arguments,
        target=target,
        sources=compiled.sources,
        origin=origin_of(project, compiled.files),
        stamp=stamp_of(project, environ, datetime.now(UTC)),
        desired=desired,
        selection=selection,
    )
    try:
        return asyncio.run(_on_server(job, console))
    except ApiError as error:  # the server's words may quote what it was sent
        raise Complaint(mask.text(str(error)), hint=error.hint or None) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """What is to be done, once the files are known to be right."""

    arguments: Arguments
    target: Target
    sources: Sources
    origin: Origin
    stamp: Stamp
    desired: DesiredState
    selection: Selection


def _ready(compiled: Compilation, target: Target) -> DesiredState | None:
    """What is wanted, if it can be planned for this server; else the report says why not."""
    desired, report = compiled.desired, compiled.report
    if desired is None:
        return None
    if desired.stack is None:
        message = "nothing says which stack these files are"
        hint = "write 'stack: NAME' into the file, or say --stack NAME"
        report.add(no_stack.RULE, message, None, hint=hint)
    if compiled.pin is not None and not target.is_at(compiled.pin.url):
        message = f"the environment belongs to {compiled.pin.url}, and this is {target.name}"
        report.add(wrong_server.RULE, message, compiled.pin.at)
    for at in desired.known_after_build:
        message = "this is known only after the build, and this version runs no steps"
        hint = "build before, and hand the value over: --var NAME=VALUE and {{ vars.NAME }}"
        report.add(known_after_build.RULE, message, at, hint=hint)
    return None if report.has_errors else desired


async def _on_server(job: _Job, console: Console) -> Exit:
    async with open_client(job.target) as client:
        report = Report()
        job = replace(job, desired=await pipeline.settle(job.desired, client, report))
        if report.has_errors:
            console.findings(render_report(report, job.sources, console.mask, console.width))
            console.tell("nothing was written")
            return Exit.FAILED
        plan = await _plan(job, client, report)
        console.mask.learn(_secrets(plan))
        if plan.actions or not report.has_errors:
            console.data(render_plan(plan, console.mask))
        if plan.left_out.actions:
            console.tell(f"not selected, and left as they are: {len(plan.left_out.actions)}")
        console.findings(render_report(report, job.sources, console.mask, console.width))
        if plan.is_empty or job.arguments.dry_run or report.has_errors:
            return _without_writing(plan, job.arguments, report, console)
        if not await _agreed(job.arguments):
            console.tell("nothing was written")
            return Exit.FAILED
        if _asks(job.arguments) and await _plan(job, client, Report()) != plan:
            console.tell("the server has changed since the plan was shown: nothing was written")
            return Exit.FAILED
        return await _apply(plan, job, client, console)


async def _plan(job: _Job, client: PrefectClient, report: Report) -> Plan:
    return await pipeline.plan(
        job.desired,
        client,
        job.origin,
        allowed=job.arguments.allowed,
        selection=job.selection,
        report=report,
    )


def _without_writing(plan: Plan, arguments: Arguments, report: Report, console: Console) -> Exit:
    if report.has_errors:
        console.tell("nothing was written")
        return Exit.FAILED
    return Exit.PENDING if arguments.pending_exit and not plan.is_empty else Exit.OK


def _secrets(plan: Plan) -> tuple[str, ...]:
    """Secrets that a plan would show, or a refusal quote."""
    there = [each for each in plan.actions if isinstance(each, (Update, Delete))]
    values = [each.resource.fields for each in plan.actions if not isinstance(each, Delete)]
    values += [each.observed.fields for each in there]
    return tuple(
        secret
        for fields in values
        for name in ("parameters", "job_variables", "schedules", "pull_steps")
        for secret in secrets_in(fields.get(name))
    )


async def _agreed(arguments: Arguments) -> bool:
    """Whether to go on."""
    if "-" in arguments.project.files and not arguments.yes:
        raise Complaint("standard input is the file, so nobody can be asked", hint="say --yes")
    return await agrees("Apply?") if _asks(arguments) else True


def _asks(arguments: Arguments) -> bool:
    """A person is asked at a terminal; a pipeline never is."""
    return not arguments.yes and sys.stdin.isatty() and sys.stderr.isatty()


async def _apply(plan: Plan, job: _Job, client: PrefectClient, console: Console) -> Exit:
    report = Report()
    with Progress(len(plan.actions), console) as progress:
        outcomes = await pipeline.apply(
            plan, job.desired, client, job.stamp, report=report, listener=progress
        )
    console.findings(render_report(report, job.sources, console.mask, console.width))
    console.data(render_outcomes(outcomes, plan))
    if outcomes.all_done:
        console.tell(next_steps(plan, embedded=job.target.url is None))
        return Exit.OK
    return Exit.PARTLY if outcomes.count(Done) else Exit.FAILED
