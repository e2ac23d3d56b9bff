"""The table of contents: one call per stage, in order."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from compiler.desired.clone import Clone, Code
from compiler.desired.own_rule import OwnRule
from compiler.desired.resources import DesiredState
from compiler.desired.steps import Recipe
from compiler.diagnostics import Policy, Report, Span
from compiler.diagnostics.pages import two_stacks, wrong_type
from compiler.diagnostics.policy import may_be_ignored
from compiler.entrypoints.read import read_flows
from compiler.ignores import without_ignored
from compiler.lowering.lower import lower
from compiler.manifest.find import find_files
from compiler.manifest.manifest import Manifest
from compiler.manifest.read import Overlays, Resolved, read_templates, resolve, typed
from compiler.plan.mask import secret_values, secrets_at, secrets_named
from compiler.rules import check_all
from compiler.source.nodes import Node, Scalar
from compiler.source.sources import Sources

_STACK = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to compile.

    `files` are absolute paths of files or folders; `base` is the absolute folder
    that messages name files from.  `stack` is given by the caller and wins over
    the files; `project` is a name to fall back to, such as the repository's.
    `revision` is the commit that stands for the code, and `clone` says where workers find it
    if it does not lie here.  `policy` is what the caller
    thinks of the findings.  `cache` is a folder for what was read of flows, to be used
    again; None for none.  `rules` are the caller's own, asked about a state that is whole.
    """

    files: tuple[Path, ...]
    base: Path
    environ: Mapping[str, str] = field(default_factory=dict)
    overlays: Overlays = field(default_factory=Overlays)
    lenient: bool = False
    stack: str | None = None
    project: str | None = None
    revision: str | None = None
    clone: Clone | None = None
    cache: Path | None = None
    policy: Policy = field(default_factory=Policy)
    rules: tuple[OwnRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """The API of the server to which an environment is pinned, and where that is written."""

    url: str
    at: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Compilation:
    """What came of it: `desired` is None when `report` has an error.

    `files` are the absolute paths of those that were asked for and read, without what they
    include; `filled` are the environment variables and inputs that templates took, by name.
    `pin` is the only server that this may be applied to, None for any; `included` are the
    absolute paths of the files that other files name.
    """

    desired: DesiredState | None
    report: Report
    sources: Sources
    files: tuple[Path, ...]
    filled: Mapping[str, str]
    pin: Pin | None = None
    included: tuple[Path, ...] = ()

    @property
    def secrets(self) -> tuple[str, ...]:
        """The texts that nothing may show that is said of it."""
        wanted = self.desired.resources if self.desired is not None else ()
        return (
            *secret_values(self.filled),
            *secrets_at(self.report, self.sources),
            *(one for each in wanted for one in secrets_named(each.fields)),
        )


def compile_project(request: Request, sources: Sources | None = None) -> Compilation:
    """Compile files into what they want.  Opens no socket, imports no user code."""
    report = Report()
    sources = sources or Sources(request.base)
    manifests = typed(render_project(request, sources, report), report)
    desired = _compile(request, manifests, sources, report) if manifests else None
    if desired is not None and all(map(may_be_ignored, report)):
        for own in request.rules:
            own.check(desired, report)
    kept = without_ignored(report, sources, tuple(own.rule for own in request.rules))
    judged = request.policy.judged(kept)
    is_broken = judged.has_errors or not all(map(may_be_ignored, kept))
    return Compilation(
        desired=None if is_broken else desired,
        report=judged,
        sources=sources,
        files=tuple(each.path for each in manifests if each.is_asked_for),
        filled={name: value for each in manifests for name, value in each.taken.filled.items()},
        pin=next((pin for each in manifests if (pin := _pin(each.server)) is not None), None),
        included=tuple(each.path for each in manifests if not each.is_asked_for),
    )


def compile_everywhere(request: Request, sources: Sources) -> tuple[Compilation, ...]:
    """Every deployment file below the request's folder, each as a stack of its own.

    A file that another one includes is a part of that one.
    """
    found = (replace(request, files=(path,)) for path in find_files(request.base))
    compiled = [compile_project(each, sources) for each in found]
    included = {path.resolve() for each in compiled for path in each.included}
    kept = [each for each in compiled if not {path.resolve() for path in each.files} & included]
    return tuple(kept or compiled)


def render_project(request: Request, sources: Sources, report: Report) -> tuple[Resolved, ...]:
    """The files with everything laid over them and filled in, and nothing more looked at."""
    return resolve(
        request.files,
        request.overlays,
        request.environ,
        lenient=request.lenient,
        sources=sources,
        report=report,
    )


def find_stack(request: Request, resolved: tuple[Resolved, ...], report: Report) -> str | None:
    """The stack's name alone; no flow is looked at.  None if nothing names it.

    With an error in `report` it is not sure, and without files it is what the caller said.
    """
    return stack_of(request, typed(resolved, report), report)


def _pin(server: Node | None) -> Pin | None:
    if isinstance(server, Scalar) and isinstance(server.value, str):
        return Pin(url=server.value, at=server.span)
    return None


def _compile(
    request: Request, manifests: tuple[Manifest, ...], sources: Sources, report: Report
) -> DesiredState:
    root = root_of(manifests[0].path.parent)
    known_as = request.clone.repository if request.clone is not None else None
    declared = read_flows(manifests, root, sources, report, cache=request.cache, known_as=known_as)
    templates = read_templates(manifests, sources, report)
    check_all(manifests, declared, report, root=root, templates=templates)
    desired = lower(
        manifests,
        declared,
        templates,
        stack=stack_of(request, manifests, report),
        code=Code(revision=request.revision, clone=request.clone),
        report=report,
    )
    return replace(desired, recipes=_still_to_run(desired.recipes, request.overlays))


def _still_to_run(recipes: tuple[Recipe, ...], overlays: Overlays) -> tuple[Recipe, ...]:
    """Without those that have run, here or elsewhere."""
    if overlays.outputs is not None:
        return ()
    return tuple(each for each in recipes if overlays.built.of(each) is None)


def root_of(folder: Path) -> Path:
    """The repository's root: the nearest folder upwards that holds `.git`, else `folder`."""
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), folder)


def stack_of(request: Request, manifests: tuple[Manifest, ...], report: Report) -> str | None:
    """The stack's name: the caller's, the files', their project's, the repository's."""
    if request.stack is not None:
        _check_stack(request.stack, report)
        return request.stack
    named = [each for each in manifests if each.document.value.stack is not None]
    names = [str(each.document.value.stack) for each in named]
    for other, name in zip(named, names, strict=True):
        if name != names[0]:
            message = f"one call is about one stack, and these files name {names[0]!r} and {name!r}"
            report.add(two_stacks.RULE, message, other.document.at("stack"))
    projects = (each.document.value.name for each in manifests)
    candidates = (*names, *(name for name in projects if name), request.project)
    return next((slug for name in candidates if name and (slug := slugged(name))), None)


def _check_stack(name: str, report: Report) -> None:
    if not _STACK.fullmatch(name):
        hint = "small letters, digits and hyphens, at most 63"
        report.add(wrong_type.RULE, f"{name!r} is no name for a stack", None, hint=hint)


def slugged(name: str) -> str | None:
    """A stack name made of a free text; None when nothing of it can be used."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:63]
    return slug if _STACK.fullmatch(slug) else None
