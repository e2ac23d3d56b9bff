"""The deployments that have no work pool: which they are, and whether they can be run here."""

import glob
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from compiler.desired.address import Address, Kind
from compiler.desired.json import mappings
from compiler.desired.resources import DesiredState, Resource
from compiler.diagnostics import Report
from compiler.diagnostics.pages import not_served_here, nothing_to_serve
from compiler.entrypoints.reference import parse_entrypoint
from compiler.plan.selection import By, Choice, Selection, Word, subject_of
from compiler.state.observed import Observed
from deploy.building import Workshop
from deploy.console import Console
from deploy.exit_codes import Exit
from deploy.job import Job
from deploy.runner import Applied, Serving, serve
from deploy.session import on_server, open_client
from deploy.views.text import render_report
from reconciler.observe.reader import observe

SET_DIRECTORY = "prefect.deployments.steps.set_working_directory"


def served(desired: DesiredState, selection: Selection) -> tuple[Resource, ...]:
    """The deployments that are selected and have no work pool."""
    return tuple(
        each
        for each in desired.resources
        if each.address.kind is Kind.DEPLOYMENT
        and each.fields.get("work_pool_name") is None
        and selection.takes(subject_of(each))
    )


def only(resources: tuple[Resource, ...]) -> Selection:
    """A selection of these, and of what they need."""
    wanted = {each.address for each in resources} | {
        need for each in resources for need in each.needs
    }
    return Selection(chosen=tuple(map(_choice, sorted(wanted))))


def _choice(address: Address) -> Choice:
    name = glob.escape("/".join(address.path))
    return Choice(str(address), (Word(By.KIND, address.kind.value), Word(By.NAME, name)))


def check(resources: tuple[Resource, ...], job: Job, console: Console) -> bool:
    """Whether there is something to serve, and a server that makes runs of it; says so if not."""
    report = Report()
    if not resources:
        message = "no selected deployment is without a work pool"
        hint = "a deployment is served if it has none: leave 'work_pool' out, or write null"
        report.add(nothing_to_serve.RULE, message, None, hint=hint)
    if job.target.url is None:
        message = "the embedded server ends with this command, and makes no runs meanwhile"
        hint = "run 'prefect server start', and name it with --api-url"
        report.add(nothing_to_serve.RULE, message, None, hint=hint)
    _find(report, job, console)
    return not report.has_errors


def go_on(resources: tuple[Resource, ...], job: Job, console: Console, limit: int | None) -> Exit:
    """Run what was applied until the process is told to end."""
    report = Report()
    wanted = replace(job.desired, resources=resources, recipes=(), waiting=())
    there = applied(resources, on_server(_things(job, wanted), console.mask), report)
    _find(report, job, console)
    if report.has_errors:
        return Exit.FAILED
    number = "1 deployment" if len(there) == 1 else f"{len(there)} deployments"
    folder = folder_of(resources, job)
    console.tell(f"serving {number} from {str(folder)!r}; Ctrl-C ends it")
    workshop = Workshop(base=job.base, target=job.target, environ=os.environ, console=console)
    name = f"deploy-{job.desired.stack}"
    serving = Serving(deployments=there, name=name, folder=folder, limit=limit)
    serve(serving, workshop.surroundings)
    return Exit.OK


async def _things(job: Job, wanted: DesiredState) -> Mapping[Address, Observed]:
    async with open_client(job.target) as client:
        return (await observe(client, wanted)).things


def _find(report: Report, job: Job, console: Console) -> None:
    console.findings(render_report(report, job.sources, console.mask, console.width))


def applied(
    resources: tuple[Resource, ...], things: Mapping[Address, Observed], report: Report
) -> tuple[Applied, ...]:
    """What the server has of them; what cannot be served is reported."""
    found = [(each, things[each.address]) for each in resources if each.address in things]
    for resource, there in found:
        if (reason := _obstacle(there)) is not None:
            hint = "write 'work_pool: null' for it: it gets no pool, and begins in this folder"
            message = f"{resource.address} {reason}"
            report.add(not_served_here.RULE, message, resource.written_at, hint=hint)
    return tuple(Applied(each.address.name, UUID(there.id)) for each, there in found)


def _obstacle(there: Observed) -> str | None:
    """Why its runs are not for this process."""
    pool = there.fields.get("work_pool_name")
    if pool is not None:
        return f"has the work pool {pool!r} on the server"
    for step in mappings(there.fields.get("pull_steps")):
        given = step.get(SET_DIRECTORY)
        folder = given.get("directory") if isinstance(given, Mapping) else None
        if isinstance(folder, str) and "{{" not in folder and not Path(folder).is_dir():
            return f"begins in {folder!r}, which is not on this machine"
    return None


def folder_of(resources: tuple[Resource, ...], job: Job) -> Path:
    """Where runs begin: the first folder that all entrypoints lead on from; else the root."""
    beside = (Path(job.base, each.written_at.file).parent for each in resources)
    files = [file for each in resources if (file := _file(each)) is not None]
    candidates = (job.root, *beside)
    return next((each for each in candidates if all((each / f).is_file() for f in files)), job.root)


def _file(resource: Resource) -> str | None:
    written = resource.fields.get("entrypoint")
    parsed = parse_entrypoint(written) if isinstance(written, str) else None
    return None if parsed is None else parsed.file
