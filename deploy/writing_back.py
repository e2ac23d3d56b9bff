"""Files that are made to say what the server holds: show, ask, write, note."""

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from compiler import compile_project
from compiler.conversion.written_back import Ground, Key, WrittenBack, write_back
from compiler.diagnostics import Report
from compiler.diagnostics.pages import not_written_back
from compiler.plan.build import Allowed, Plan, build
from compiler.plan.mask import secrets_named
from compiler.source.sources import Sources
from deploy.complaint import Complaint
from deploy.console import Console
from deploy.exit_codes import Exit
from deploy.job import Job, open_job
from deploy.locking import locked
from deploy.mending import Mended, write
from deploy.options import ProjectArguments, ServerArguments
from deploy.question import agrees
from deploy.session import is_stream, on_server, open_client, open_project, refuse_git_inputs
from deploy.views.difference import render_difference
from deploy.views.text import render_report
from reconciler import ledger, pipeline
from reconciler.api.client import PrefectClient
from reconciler.lock.take import StackIsLocked
from reconciler.observe.reader import observe
from reconciler.remember import with_written_back

_PATIENCE = 30  # seconds; what is noted afterwards is worth no longer wait


def run(
    project: ProjectArguments, server: ServerArguments, environ: Mapping[str, str], *, yes: bool
) -> Exit:
    """Write into the files what moved on the server.

    Raises:
        Complaint: a file cannot be written, or the server not be read.
    """
    if any(map(is_stream, project.files)):
        raise Complaint("what is read from a stream cannot be written", hint="name a file")
    refuse_git_inputs(project.files)
    console, job = open_job(project, server, environ)
    if job is None:
        return Exit.FAILED
    report = Report()
    plan = on_server(_planned_on(job, report), console.mask)
    if report.has_errors:
        console.findings(render_report(report, job.sources, console.mask, console.width))
        return Exit.FAILED
    assert plan.seen is not None
    things = plan.seen.things.values()
    console.mask.learn(one for each in things for one in secrets_named(each.fields))
    request = replace(open_project(project, ask_git=False).request, stack=job.desired.stack)
    ground = Ground(request=request, sources=job.sources, stack=job.desired, observed=plan.seen)
    found = write_back(ground, plan.actions)
    _tell(found, job.sources, console)
    if not found.texts:
        return Exit.PENDING if found.unwritten else Exit.OK
    files = [_mended(name, text, job) for name, text in found.texts.items()]
    for file in files:
        console.document(render_difference(file.file, file.before, file.after, console.mask))
    if not yes and not _agreed():
        console.warn("nothing was written")
        return Exit.FAILED
    for file in files:
        write(file)
        console.tell(f"wrote {file.file}")
    _note(found.written, job, project, console)
    return Exit.PENDING if found.unwritten else Exit.OK


def _agreed() -> bool:
    """A person at a terminal is asked; a pipeline never is."""
    is_terminal = sys.stdin.isatty() and sys.stderr.isatty()
    return asyncio.run(agrees("Write?")) if is_terminal else True


async def _planned_on(job: Job, report: Report) -> Plan:
    async with open_client(job.target) as client:
        return await _planned(job, client, report)


async def _planned(job: Job, client: PrefectClient, report: Report) -> Plan:
    desired = await pipeline.settle(job.desired, client, report)
    return build(desired, await observe(client, desired), job.origin, Allowed())


def _tell(found: WrittenBack, sources: Sources, console: Console) -> None:
    report = Report()
    for each in found.unwritten:
        what = str(each.address) if each.field is None else f"{each.address}: {each.field!r}"
        report.add(not_written_back.RULE, f"{what} is not written: {each.reason}", each.at)
    console.findings(render_report(report, sources, console.mask, console.width))
    count, left = len(found.written), len(found.unwritten)
    if not count and not left:
        console.tell("nothing moved that the files say")
    else:
        console.tell(f"{count} {'field' if count == 1 else 'fields'} to write, {left} not")


def _mended(name: str, text: str, job: Job) -> Mended:
    path, lines = Path(job.base, name), job.sources.lines(name)
    assert lines is not None, name
    data = job.sources.data(path) or b""
    return Mended(file=name, path=path, before=lines.text, after=text, data=data)


def _note(written: tuple[Key, ...], job: Job, project: ProjectArguments, console: Console) -> None:
    """Remember that what the server holds is what the files say: it is no drift any more."""
    opened = open_project(project)
    compiled = compile_project(opened.request, opened.sources)
    if compiled.desired is None:
        return
    again = replace(job, desired=replace(compiled.desired, secrets=job.desired.secrets))
    try:
        on_server(_noted(written, again, console), console.mask)
    except StackIsLocked:
        console.warn("an apply is under way: until the next one, 'deploy drift' tells of it still")


async def _noted(written: tuple[Key, ...], job: Job, console: Console) -> None:
    async with open_client(job.target) as client:
        plan = await _planned(job, client, Report())
        async with locked(plan, job, client, console, patience=_PATIENCE) as held:
            noted = partial(with_written_back, plan, written)
            await ledger.revise(held.client, plan.stack, noted)
