"""What is to be done, once the files are known to be right: the input of a run on a server."""

import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from compiler import Compilation, compile_project
from compiler.desired.resources import DesiredState
from compiler.desired.steps import Built
from compiler.diagnostics import Report, Span
from compiler.diagnostics.pages import known_after_build, no_stack, wrong_server
from compiler.plan.build import Allowed
from compiler.plan.mask import Mask
from compiler.plan.part import Place
from compiler.plan.selection import EVERYTHING, Selection, parse_selection
from compiler.source.sources import Sources
from compiler.state.ledger import Origin
from deploy.console import Console
from deploy.options import (
    BuildingArguments,
    ProjectArguments,
    SelectionArguments,
    ServerArguments,
)
from deploy.session import Project, open_project, origin_of, stamp_of
from deploy.target import Target, proxy_secrets, resolve
from deploy.verbosity import listen
from deploy.views.letters import one_line
from deploy.views.text import render_report
from reconciler.remember import Stamp

ALL = SelectionArguments()
Instead = Callable[[Project, Target, Console], AbstractContextManager[Project]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is wanted, where, and on whose account.

    `root` is the absolute folder that a document names files from, `base` the one
    that messages name them from.  `is_dirty` asks Git whether the files differ from the
    stamp's commit; None is not known.  One that `goes_back` wants what the last apply found,
    and `desired` names its stack and nothing else.  `after_steps` compiles the same files
    with what their steps have put out; None where steps do not run.
    """

    target: Target
    sources: Sources
    origin: Origin
    stamp: Stamp
    desired: DesiredState
    allowed: Allowed
    selection: Selection = EVERYTHING
    selecting: SelectionArguments = ALL
    project: ProjectArguments = field(default_factory=ProjectArguments)
    base: Path
    root: Path
    is_dirty: Callable[[], bool | None] = lambda: None
    goes_back: bool = False
    after_steps: Callable[[Built], Compilation] | None = None

    def place(self, span: Span) -> Place:
        """The place of a span, the same from every folder and in every clone."""
        path = Path(os.path.normpath(self.base / span.file))
        inside = path.is_relative_to(self.root)
        return Place(
            file=path.relative_to(self.root).as_posix() if inside else path.name,
            line=span.start.line,
            column=span.start.column,
        )


def as_they_lie_there(project: Project, _: Target, __: Console) -> AbstractContextManager[Project]:
    """The files of now."""
    return nullcontext(project)


def open_console(server: ServerArguments, environ: Mapping[str, str]) -> tuple[Console, Target]:
    """The console, which tells first which server is meant.

    Raises:
        Complaint: no server can be chosen.
    """
    target = resolve(environ, api_url=server.api_url, profile=server.profile)
    console = Console(Mask((*target.secrets(), *proxy_secrets(environ))))
    listen(console)
    console.tell(f"server: {target}")
    return console, target


def open_job(
    project: ProjectArguments,
    server: ServerArguments,
    environ: Mapping[str, str],
    selecting: SelectionArguments = ALL,
    instead: Instead = as_they_lie_there,
    *,
    building: BuildingArguments | None = None,
) -> tuple[Console, Job | None]:
    """The job that the files and options describe; None if it was said why there is none.

    `instead` may put other files in the place of those, for as long as they are read.
    Without `building` no step of theirs runs.

    Raises:
        Complaint: no server can be chosen, or an option has no value.
    """
    console, target = open_console(server, environ)
    with instead(_opened(project, building, console), target, console) as opened:
        compiled = compile_project(opened.request, opened.sources)
        origin = origin_of(opened, compiled.files)
    console.mask.learn(compiled.secrets)
    selection = parse_selection(selecting.select, selecting.exclude, compiled.report)
    desired = ready(compiled, target, is_earlier=opened.earlier is not None)
    if desired is not None:
        recipes = desired.recipes if building is not None else ()
        desired = replace(desired, secrets=console.mask.secrets, recipes=recipes)
    if desired is not None and opened.earlier is None:
        _check_git(desired, opened, environ, compiled.report, strict=server.strict_git)
        desired = None if compiled.report.has_errors else desired
    console.findings(render_report(compiled.report, compiled.sources, console.mask, console.width))
    if desired is None:
        unread = "" if opened.earlier else "nothing was read from the server, and "
        console.warn(f"{unread}nothing was written")
        return console, None
    allowed = Allowed(adopt=server.adopt, take_over=server.take_over, force=server.force)
    job = Job(
        target=target,
        sources=compiled.sources,
        origin=origin,
        stamp=_stamp(opened, environ),
        desired=desired,
        allowed=allowed,
        selection=selection,
        selecting=selecting,
        project=_pinned(project, opened),
        base=opened.request.base,
        root=root_of(opened),
        is_dirty=_is_dirty(opened),
        after_steps=partial(_compiled_after, opened),
    )
    return console, job


def _opened(
    project: ProjectArguments, building: BuildingArguments | None, console: Console
) -> Project:
    opened = open_project(project, building=building)
    console.mask.learn(filter(None, [os.environ.get("DEPLOY_GIT_TOKEN")]))
    for line in opened.fetched.told() if opened.fetched is not None else ():
        console.tell(one_line(line))
    return opened


def _pinned(project: ProjectArguments, opened: Project) -> ProjectArguments:
    """The same files, whatever will become of a branch that was named."""
    return project if opened.fetched is None else replace(project, files=opened.fetched.pinned)


def _check_git(
    desired: DesiredState,
    opened: Project,
    environ: Mapping[str, str],
    report: Report,
    *,
    strict: bool,
) -> None:
    """Report how the files differ from what the remote has; those of a remote do not."""
    if opened.fetched is None and opened.checkout is not None:
        from deploy.pushed import check_behind, check_pushed  # noqa: PLC0415  # Git may not be here

        check_pushed(desired, opened.checkout, report, strict=strict)
        check_behind(opened.checkout, environ, report, strict=strict)


def _is_dirty(opened: Project) -> Callable[[], bool | None]:
    if opened.earlier is not None or opened.fetched is not None:
        return lambda: False
    if opened.checkout is None:
        return lambda: None
    from deploy.pushed import is_dirty  # noqa: PLC0415  # as above

    return partial(is_dirty, opened.checkout)


def _compiled_after(project: Project, built: Built) -> Compilation:
    overlays = replace(project.request.overlays, built=built)
    return compile_project(replace(project.request, overlays=overlays), project.sources)


def _stamp(project: Project, environ: Mapping[str, str]) -> Stamp:
    stamp = stamp_of(project.checkout, environ, datetime.now(UTC))
    fetched = project.fetched.commit.id if project.fetched is not None else None
    return replace(stamp, commit=project.earlier or fetched or stamp.commit)


def root_of(project: Project) -> Path:
    """The repository, or outside of Git the folder of the first file."""
    if project.checkout is not None:
        return Path(os.path.normpath(project.checkout.root))
    first = project.request.files[0]
    return first if first.is_dir() else first.parent


def ready(
    compiled: Compilation, target: Target, *, is_earlier: bool = False
) -> DesiredState | None:
    """What is wanted, if it can be planned for this server; else the report says why not.

    The steps of an earlier commit do not run: the files that they take are not there.
    """
    desired, report = compiled.desired, compiled.report
    if desired is None:
        return None
    if desired.stack is None:
        _refuse_nameless(report)
    if compiled.pin is not None and not target.is_at(compiled.pin.url):
        message = f"the environment belongs to {compiled.pin.url}, and this is {target.name}"
        report.add(wrong_server.RULE, message, compiled.pin.at)
    if is_earlier:
        _refuse_unbuilt(desired, report)
    return None if report.has_errors else desired


def _refuse_nameless(report: Report) -> None:
    message = "nothing says which stack these files are"
    hint = "write 'stack: NAME' into the file, or say --stack NAME"
    report.add(no_stack.RULE, message, None, hint=hint)


def _refuse_unbuilt(desired: DesiredState, report: Report) -> None:
    for each in desired.waiting:
        if each.is_sure:
            message = f"'{each.name}' is known only after the build, and old steps do not run"
            hint = "check the commit out, and apply its files"
            report.add(known_after_build.RULE, message, each.at, hint=hint)
