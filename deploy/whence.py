"""Where one field of a deployment comes from, and what a plan makes of it."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from compiler import render_project
from compiler.desired.address import Address, Kind
from compiler.desired.json import Json
from compiler.desired.resources import DesiredState, Resource
from compiler.desired.secret_shape import is_secret_name
from compiler.diagnostics import Report
from compiler.manifest.model import Deployment
from compiler.manifest.read import Resolved
from compiler.plan.build import Plan
from compiler.plan.document import ActionPart, ChangePart, PlanDocument
from compiler.plan.secrets import secrets_of
from compiler.source.nodes import Mapping as MappingNode
from compiler.source.nodes import Node, Scalar
from compiler.source.nodes import Sequence as SequenceNode
from deploy.carry_out import told
from deploy.complaint import Complaint
from deploy.console import Console
from deploy.installed_blocks import InstalledBlocks
from deploy.job import Job, open_job
from deploy.options import ProjectArguments, ServerArguments
from deploy.planning import planned
from deploy.session import on_server, open_client, open_project
from deploy.views.text import render_report
from deploy.views.whence import Whence
from reconciler.settling import Secrecy, settled

_ON_THE_SERVER: Mapping[tuple[str, ...], str] = {
    ("work_pool", "name"): "work_pool_name",
    ("work_pool", "work_queue_name"): "work_queue_name",
    ("work_pool", "job_variables"): "job_variables",
    ("work_pool",): "work_pool_name",
    ("pull",): "pull_steps",
    ("schedule",): "schedules",
    ("concurrency_limit",): "concurrency",
}
_Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Looked:
    """What a plan and its document say."""

    plan: Plan | None
    document: PlanDocument | None


def whence(
    project: ProjectArguments, server: ServerArguments, name: str, field: str
) -> tuple[Console, Whence | None, Job | None]:
    """Where the field comes from; None if the files or the plan have errors, which were said.

    Raises:
        Complaint: there is no such deployment, or more than one; the server could not be read.
    """
    console, job = open_job(project, server, os.environ)
    if job is None:
        return console, None, None
    resource = _found(job.desired, name)
    looked = on_server(_looked(job, console), console.mask)
    if looked.plan is None or looked.document is None:
        return console, None, job
    path = tuple(field.split("."))
    now, before = _written(job.project, resource, path)
    return console, _told(resource, path, now, before, looked, console), job


def _found(desired: DesiredState, name: str) -> Resource:
    deployments = [each for each in desired.resources if each.address.kind is Kind.DEPLOYMENT]
    flow, slash, last = name.rpartition("/")
    found = [
        each
        for each in deployments
        if each.address.name == last and (not slash or each.address.path[0] == flow)
    ]
    names = ["/".join(each.address.path) for each in found or deployments]
    if not found:
        raise Complaint(f"the files have no deployment {name!r}", hint=_there_are(names))
    if len(found) > 1:
        raise Complaint(f"{name!r} is the name of {len(found)} deployments", hint=_there_are(names))
    return found[0]


def _there_are(names: Sequence[str]) -> str:
    shown = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
    return f"there are: {shown or 'none'}"


async def _looked(job: Job, console: Console) -> _Looked:
    report = Report()
    async with open_client(job.target) as client:
        secrecy = Secrecy(mask=console.mask, installed=InstalledBlocks())
        desired = await settled(job.desired, client, secrecy, report)
        if not report.has_errors:
            plan = await planned(replace(job, desired=desired), client, report)
            console.mask.learn(secrets_of(plan))
            return _Looked(plan, told(plan, job, report, console))
    console.findings(render_report(report, job.sources, console.mask, console.width))
    return _Looked(None, None)


def _written(
    project: ProjectArguments, resource: Resource, path: _Path
) -> tuple[Node | None, Node | None]:
    """The value as the files have it with everything laid over them, and with nothing."""
    bare = replace(project, environment=None, settings=())
    return _node(project, resource, path), _node(bare, resource, path)


def _node(project: ProjectArguments, resource: Resource, path: _Path) -> Node | None:
    opened = open_project(project, ask_git=False)
    for one in render_project(opened.request, opened.sources, Report()):
        for item in _deployments(one):
            if _is_named(item, resource) and (node := _below(item, path)) is not None:
                return node
    return None


def _deployments(one: Resolved) -> tuple[Node, ...]:
    listed = one.root.get("deployments")
    return listed.items if isinstance(listed, SequenceNode) else ()


def _is_named(item: Node, resource: Resource) -> bool:
    name = item.get("name") if isinstance(item, MappingNode) else None
    return isinstance(name, Scalar) and name.span == resource.written_at


def _below(node: Node, path: _Path) -> Node | None:
    """The value at a path of keys; of a list, what has the key as its slug or its number."""
    found: Node | None = node
    for key in path:
        match found:
            case MappingNode():
                found = found.get(key)
            case SequenceNode(items):
                named = (each for each in items if _slug(each) == key)
                at = int(key) if key.isdecimal() and int(key) < len(items) else None
                found = next(named, None) or (items[at] if at is not None else None)
            case _:
                return None
    return found


def _slug(node: Node) -> str | None:
    slug = node.get("slug") if isinstance(node, MappingNode) else None
    return str(slug.value) if isinstance(slug, Scalar) else None


def _told(
    resource: Resource,
    path: _Path,
    now: Node | None,
    before: Node | None,
    looked: _Looked,
    console: Console,
) -> Whence:
    plan, document = looked.plan, looked.document
    assert plan is not None
    assert document is not None
    inside = _on_the_server(path)
    has_wanted, wanted = _value(resource.fields, inside)
    seen = plan.seen.things.get(resource.address) if plan.seen is not None else None
    is_there, there = _value(seen.fields, inside) if seen is not None else (False, None)
    action = _action(document, resource.address)
    change = _change(action, inside)
    is_secret = any(map(is_secret_name, path))
    hidden = console.mask.value
    return Whence(
        address=resource.address,
        field=".".join(path),
        written=now.span if now is not None else resource.where.get(inside[0]),
        over=before.span if before is not None and now is not None else None,
        via=now.via if isinstance(now, Scalar) else (),
        has_wanted=has_wanted,
        wanted=hidden(wanted, secret=is_secret),
        is_there=is_there,
        there=hidden(there, secret=is_secret),
        has_last=change is not None and change.is_last_applied_known,
        last=change.last_applied if change is not None else None,
        decision=_decision(resource, inside, action, change, is_there=is_there),
    )


def _on_the_server(path: _Path) -> _Path:
    """The field as plans call it."""
    for written, field in _ON_THE_SERVER.items():
        if path[: len(written)] == written:
            return (field, *path[len(written) :])
    return path


def _value(fields: Mapping[str, Json], path: _Path) -> tuple[bool, Json]:
    """Whether there is something at the path, and what."""
    found: Json = fields
    for key in path:
        match found:
            case Mapping() if key in found:
                found = found[key]
            case list() | tuple():
                named = [each for each in found if _has_slug(each, key)]
                if not named:
                    return False, None
                found = named[0]
            case _:
                return False, None
    return True, found


def _has_slug(value: Json, slug: str) -> bool:
    return isinstance(value, Mapping) and value.get("slug") == slug


def _action(document: PlanDocument, address: Address) -> ActionPart | None:
    return next((each for each in document.actions if each.address == str(address)), None)


def _change(action: ActionPart | None, path: _Path) -> ChangePart | None:
    """The change at the path, around it or below it."""
    text = ".".join(path)
    for each in action.changes if action is not None else ():
        if each.path == text or _is_below(each.path, text) or _is_below(text, each.path):
            return each
    return None


def _is_below(path: str, other: str) -> bool:
    return path.startswith(f"{other}.")


_NO_FIELD = "neither the files nor the server know such a field"
_BECAUSE: Mapping[str, str] = {
    "change": "the files have moved since the last apply",
    "drift": "the server has moved since the last apply",
    "both": "the files and the server have moved since the last apply",
    "left the file": "it was applied, and has left the file",
    "unknown": "nothing that can be trusted is known of what was last applied",
}


def _decision(
    resource: Resource,
    path: _Path,
    action: ActionPart | None,
    change: ChangePart | None,
    *,
    is_there: bool,
) -> str:
    """What the plan does about the field, and why."""
    if any(path[: len(each)] == each for each in resource.ignored):
        return "nothing: 'ignore' leaves it to the server"
    if action is not None and action.action == "create":
        return _as_it_begins(resource, path[0])
    if change is not None:
        where = "" if change.path == ".".join(path) else f" at {change.path}"
        came = "" if change.reason == "written in the file" else f"; {change.reason}"
        return f"it is written{where}: {_BECAUSE[change.cause]}{came}"
    return f"nothing: {_as_it_is(resource, path[0], is_there=is_there)}"


def _as_it_begins(resource: Resource, field: str) -> str:
    if field in {*resource.fields, *resource.riding, *resource.initial}:
        return "it is made with the deployment, which is not on the server"
    if field in {*Deployment.model_fields, *_ON_THE_SERVER.values()}:
        return "nothing: the files do not say it, and the deployment gets the server's default"
    return f"nothing: {_NO_FIELD}"


def _as_it_is(resource: Resource, field: str, *, is_there: bool) -> str:
    if field in resource.fields:
        return "the server holds what the files want"
    if field in resource.riding:
        return "it goes along when something else is written, and is no reason to write"
    if field in resource.initial:
        return "the files do not say it: it was given at creation, and is the server's since"
    if is_there:
        return "the files do not say it: the server's value stays"
    return _NO_FIELD
