"""A plan as a file, and a file as a plan again."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from pydantic import ValidationError

from compiler import compile_project
from compiler.desired.resources import DesiredState
from compiler.desired.secret_shape import is_secret_name
from compiler.diagnostics import Report
from compiler.diagnostics.pages import stale_plan
from compiler.plan.build import Allowed, Plan
from compiler.plan.digest import digest
from compiler.plan.document import FORMAT, PlanDocument, PlanHeader, is_read
from compiler.plan.mask import Mask
from compiler.plan.saved import Marks, fingerprints, has_secrets, hiding, restore, save
from compiler.plan.saved_part import AllowedPart, InputsPart, SavedPart
from compiler.plan.selection import parse_selection
from compiler.source.sources import Sources
from compiler.state.ledger import Origin
from deploy.complaint import Complaint
from deploy.console import Console
from deploy.job import Job, open_console
from deploy.options import ProjectArguments, SelectionArguments, ServerArguments
from deploy.session import open_project, stamp_of
from deploy.target import EMBEDDED
from deploy.views.text import render_report

_OURS = "prefect-reconciler"


def saving(plan: Plan, job: Job, document: PlanDocument, console: Console) -> PlanDocument:
    """The document with all that an apply needs."""
    assert plan.seen is not None

    def hides(text: str, is_secret: bool) -> bool:  # noqa: FBT001  # one predicate of two facts
        return console.mask.value(text, secret=is_secret) != text

    saved = save(
        job.desired,
        plan.seen,
        allowed=_allowed(job),
        inputs=_inputs(job.project, console.mask),
        hidden=hiding(Marks(document.digest), hides),
    )
    return document.model_copy(update={"saved": saved})


def _allowed(job: Job) -> AllowedPart:
    allowed, chosen = job.allowed, job.selecting
    return AllowedPart(
        adopt=allowed.adopt,
        only_adopt=allowed.only_adopt,
        unclaimed=allowed.unclaimed,
        from_stack=allowed.from_stack,
        take_over=allowed.take_over,
        force=allowed.force,
        destroys=allowed.destroys,
        select=chosen.select,
        exclude=chosen.exclude,
    )


def _inputs(project: ProjectArguments, mask: Mask) -> InputsPart:
    def safe(assignment: str) -> str:
        name = assignment.partition("=")[0]
        hides = is_secret_name(name) or mask.text(assignment) != assignment
        return name if hides else assignment

    return InputsPart(
        files=project.files,
        stack=project.stack,
        lenient=project.lenient,
        environment=project.environment,
        variables=tuple(map(safe, project.variables)),
        var_files=project.var_files,
        settings=tuple(map(safe, project.settings)),
    )


def read_plan(path: Path) -> tuple[PlanDocument, SavedPart]:
    """A plan from a file.

    Raises:
        Complaint: there is none, or not of a form that this version knows.
    """
    try:
        written = path.read_bytes()
    except OSError as error:
        message = f"the plan {str(path)!r} cannot be read: {error.strerror}"
        raise Complaint(message, hint="name the file that 'deploy plan --out' wrote") from error
    try:
        document = PlanDocument.model_validate_json(written)
    except ValidationError as error:
        _refuse_another_format(path, written)
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the document"
        message = f"{str(path)!r} is no plan of format {FORMAT}: {place}: {first['msg']}"
        raise Complaint(message, hint="make it with 'deploy plan --out FILE'") from None
    if document.saved is None:
        message = f"{str(path)!r} was only shown: it does not hold what an apply needs"
        raise Complaint(message, hint="make it with 'deploy plan --out FILE'")
    return document, document.saved


def _refuse_another_format(path: Path, written: bytes) -> None:
    """Tell a plan of another version from what is none.

    Raises:
        Complaint: it is of a format that this version does not read.
    """
    try:
        told = PlanHeader.model_validate_json(written)
    except ValidationError:
        return
    if not is_read(told.format_version):
        message = (
            f"{str(path)!r} is a plan of format {told.format_version}, made by deploy"
            f" {told.tool_version}; this is deploy {version(_OURS)}, which reads {FORMAT}"
        )
        raise Complaint(message, hint="apply it with the version that made it, or plan again")


def open_saved_job(
    plan: tuple[PlanDocument, SavedPart],
    server: ServerArguments,
    environ: Mapping[str, str],
    variables: tuple[str, ...],
) -> tuple[Console, Job]:
    """The job that a plan is of; `variables` are inputs that it does not hold.

    Raises:
        Complaint: it was made for another server; or a secret in it is another one now.
    """
    document, saved = plan
    console, target = open_console(server, environ)
    if not target.is_at(document.server or EMBEDDED):
        message = f"the plan was made for {document.server or EMBEDDED}, and this is {target.name}"
        raise Complaint(message, hint="name the server with --api-url, or plan again")
    base, project, part = Path.cwd(), _project(saved, variables), saved.allowed
    desired = _desired(document, saved, project, console)
    selecting = SelectionArguments(select=part.select, exclude=part.exclude)
    origin = document.origin
    stamp = stamp_of(None, environ, datetime.now(UTC))
    return console, Job(
        target=target,
        sources=Sources(base),
        origin=Origin(remote=origin.remote, files=origin.files, environment=origin.environment),
        stamp=replace(stamp, commit=document.commit),
        desired=replace(desired, secrets=console.mask.secrets),
        allowed=_permitted(part),
        selection=parse_selection(part.select, part.exclude, Report()),
        selecting=selecting,
        project=project,
        base=base,
        root=base,
    )


def _permitted(part: AllowedPart) -> Allowed:
    return Allowed(
        adopt=part.adopt,
        only_adopt=part.only_adopt,
        unclaimed=part.unclaimed,
        from_stack=part.from_stack,
        take_over=part.take_over,
        force=part.force,
        destroys=part.destroys,
    )


def _project(saved: SavedPart, given: tuple[str, ...]) -> ProjectArguments:
    """The files that the plan was made from; `given` are inputs that are no secret of a file's.

    Raises:
        Complaint: an input that is a secret was not given.
    """
    part = saved.inputs
    names = {each.partition("=")[0] for each in given}
    missing = [each for each in part.variables if "=" not in each and each not in names]
    if missing:
        message = f"the plan does not hold the input {missing[0]!r}, which is a secret"
        raise Complaint(message, hint=f"say --var {missing[0]}=VALUE")
    unset = [each for each in part.settings if "=" not in each]
    if unset:
        message = f"the plan does not hold the value of --set {unset[0]}, which is a secret"
        raise Complaint(message, hint="take it from an environment variable: {{ $NAME }}")
    return ProjectArguments(
        files=part.files,
        stack=part.stack,
        lenient=part.lenient,
        environment=part.environment,
        variables=(*(each for each in part.variables if "=" in each), *given),
        var_files=part.var_files,
        settings=part.settings,
    )


def _desired(
    document: PlanDocument, saved: SavedPart, project: ProjectArguments, console: Console
) -> DesiredState:
    """What the plan's maker wanted, with secrets read from their source again.

    Raises:
        Complaint: a secret is another one now, or cannot be read.
    """
    fresh = _fresh(project, console) if has_secrets(saved) else None
    desired, lost = restore(saved, document.stack, fresh, Marks(document.digest))
    if lost:
        more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        message = f"a secret is not the one of the plan: {lost[0]}{more}"
        raise Complaint(message, hint="set it as it was, or plan again")
    return desired


def _fresh(project: ProjectArguments, console: Console) -> DesiredState:
    """What the files want now: the source of secrets, and of nothing else."""
    opened = open_project(project)
    compiled = compile_project(opened.request, opened.sources)
    console.mask.learn(compiled.secrets)
    if compiled.desired is None:
        console.findings(
            render_report(compiled.report, compiled.sources, console.mask, console.width)
        )
        message = "the plan has secrets, and the files they come from cannot be read"
        raise Complaint(message, hint="run it where the plan was made")
    return compiled.desired


def check_fresh(document: PlanDocument, saved: SavedPart, plan: Plan, report: Report) -> None:
    """Report what has moved on the server since the plan was made.

    Another version may have made it: what that one did not read of a thing, or would have
    done about it otherwise, counts as having moved.
    """
    assert plan.seen is not None
    now = fingerprints(plan.seen)
    moved = sorted(name for name in {*now, *saved.read} if now.get(name) != saved.read.get(name))
    by, ours = document.tool_version, version(_OURS)
    others = "" if by == ours else f": it was made by deploy {by}, and this is {ours}"
    hint = f"plan again, and look at it{others}"
    for name in moved:
        message = f"{name} has moved on the server since the plan was made"
        report.add(stale_plan.RULE, message, None, hint=hint)
    if not moved and digest(plan) != document.digest:
        message = f"the plan would be another one today: {digest(plan)}"
        report.add(stale_plan.RULE, message, None, hint=hint)
