"""Files of Prefect's command that become one stack: read, convert, check, write."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from compiler import Compilation, Request, compile_project
from compiler.conversion.imported import Converted, convert
from compiler.desired.address import Address
from compiler.diagnostics import Diagnostic, Report, Severity
from compiler.diagnostics.pages import left_out
from compiler.manifest.draft import LENIENT_NAMES
from compiler.manifest.find import find_files
from compiler.pipeline import slugged
from compiler.plan.mask import Mask
from compiler.source.nodes import Mapping as MappingNode
from compiler.source.nodes import Scalar
from compiler.source.sources import Sources
from compiler.source.yaml_loader import load
from compiler.source.yaml_writer import spelled
from deploy.complaint import Complaint
from deploy.console import Console
from deploy.exit_codes import Exit
from deploy.options import ProjectArguments
from deploy.session import open_project, refuse_git_inputs
from deploy.views.text import render_report
from deploy.way_in import ImportArguments

_ROOT = "deploy.yaml"
_OWN = "deployments.yaml"  # what stood in the root's folder, beside a root that includes it


@dataclass(frozen=True, slots=True, kw_only=True)
class _Import:
    """The old files, in order, and the new ones; `root` names the stack and includes the others."""

    request: Request
    sources: Sources
    old: Mapping[Path, Converted]
    new: Mapping[Path, str]
    root: Path


class _Every(dict[str, str]):
    """An environment in which everything is set: what files mean does not hang on it."""

    def get(self, name: str, default: object = None) -> str:  # noqa: ARG002  # a mapping's own
        return super().get(name) or f"the value of {name}"


def run(arguments: ImportArguments, environ: Mapping[str, str]) -> Exit:
    """Write the files, or say why not.

    Raises:
        Complaint: there is nothing to import, or files would be written over.
    """
    console = Console(Mask())
    found = _prepared(arguments, console)
    if found is None:
        return Exit.FAILED
    there = [path for path in found.new if path.exists()]
    if there and not arguments.force:
        message = f"{found.sources.name(there[0])!r} is there already"
        raise Complaint(message, hint="say --force to write over it")
    report = _report(found)
    if not arguments.dry_run:
        for path, text in found.new.items():
            path.write_bytes(text.encode())
    for path in found.new:
        does = "would write" if arguments.dry_run else "wrote"
        console.tell(f"{does} {found.sources.name(path)}")
    console.findings(render_report(report, found.sources, console.mask, console.width))
    is_whole = _checked(found, environ, console)
    return Exit.FAILED if _by_hand(report) or not is_whole else Exit.OK


def _prepared(arguments: ImportArguments, console: Console) -> _Import | None:
    base = Path.cwd()
    refuse_git_inputs(arguments.paths)
    paths = _paths(arguments.paths, base)
    if not paths:
        raise Complaint("there is no prefect.yaml to import", hint="name the files")
    project = open_project(ProjectArguments(files=tuple(map(str, paths))))
    sources = Sources(base)
    old: dict[Path, Converted] = {}
    for path in paths:
        converted = _converted(path, sources)
        if converted is None:
            told = compile_project(replace(project.request, files=(path,)), sources).report
            console.findings(render_report(told, sources, console.mask, console.width))
            return None
        old[path] = converted
    stack = _stack(arguments, project.request.project, old, sources)
    request = replace(project.request, stack=stack, cache=None)
    new, root = _new_files(old, base, stack)
    return _Import(request=request, sources=sources, old=old, new=new, root=root)


def _paths(names: tuple[str, ...], base: Path) -> tuple[Path, ...]:
    """The files, absolute; a folder means all of Prefect's files in it."""
    found: dict[Path, None] = {}
    for name in names or (".",):
        path = Path(os.path.abspath(base / name))  # noqa: PTH100  # resolve() would follow links
        if path.is_dir():
            found |= dict.fromkeys(each for each in find_files(path) if each.name in LENIENT_NAMES)
        else:
            found[path] = None
    return tuple(found)


def _converted(path: Path, sources: Sources) -> Converted | None:
    try:
        text = sources.read(path)
    except UnicodeDecodeError:
        return None
    return None if text is None else convert(text, sources.name(path))


def _stack(
    arguments: ImportArguments,
    project: str | None,
    old: Mapping[Path, Converted],
    sources: Sources,
) -> str:
    """The stack's name: the caller's, the repository's, that of the only file."""
    if arguments.stack is not None and slugged(arguments.stack) != arguments.stack:
        hint = "small letters, digits and hyphens, at most 63"
        raise Complaint(f"{arguments.stack!r} is no name for a stack", hint=hint)
    own = [_name_in(each.text, sources.name(path)) for path, each in old.items()]
    candidates = (arguments.stack, project, own[0] if len(own) == 1 else None)
    stack = next((slug for name in candidates if name and (slug := slugged(name))), None)
    if stack is None:
        raise Complaint("nothing says what the stack is called", hint="say --stack NAME")
    return stack


def _name_in(text: str, name: str) -> str | None:
    root = load(text, file=name, report=Report())
    found = root.get("name") if isinstance(root, MappingNode) else None
    return str(found.value) if isinstance(found, Scalar) and found.value else None


def _new_files(
    old: Mapping[Path, Converted], base: Path, stack: str
) -> tuple[dict[Path, str], Path]:
    """The new files, the root first; one that is alone in this folder is the root itself."""
    root = base / _ROOT
    if len(old) == 1 and next(iter(old)).parent == base:
        (converted,) = old.values()
        return {root: _with_stack(converted.text, stack)}, root
    new = {_new_name(path, base): each.text for path, each in old.items()}
    if len(new) < len(old):
        raise Complaint("two files of one folder would become one", hint="import one of them")
    included = [Path(os.path.relpath(path, base)).as_posix() for path in new]
    lines = [f"stack: {spelled(stack)}", "include:", *(f"  - {spelled(each)}" for each in included)]
    return {root: "\n".join([*lines, ""]), **new}, root


def _new_name(path: Path, base: Path) -> Path:
    if path.name in LENIENT_NAMES:
        return path.with_name(_OWN if path.parent == base else _ROOT)
    stem = path.stem.removeprefix("prefect").strip("-_.")
    return path.with_name(f"deploy-{stem}.yaml")


def _with_stack(text: str, stack: str) -> str:
    """The text with the stack's name at its top; behind the mark of a document, if it has one."""
    head, mark, rest = text.partition("---\n") if text.startswith("---\n") else ("", "", text)
    line = f"stack: {spelled(stack)}\n"
    has_one = any(each.startswith("stack:") for each in rest.splitlines())
    return text if has_one else f"{head}{mark}{line}{rest}"


def _report(found: _Import) -> Report:
    report = Report()
    for converted in found.old.values():
        for taken in converted.taken:
            severity = Severity.WARNING if taken.is_by_hand else None
            does = "cannot be left out" if taken.is_by_hand else "is left out"
            message = f"{taken.what} {does}: {taken.reason}"
            report.add(left_out.RULE, message, taken.at, hint=taken.hint, severity=severity)
    return report


def _by_hand(report: Report) -> bool:
    return any(each.severity is Severity.WARNING for each in report)


def _checked(found: _Import, environ: Mapping[str, str], console: Console) -> bool:
    """Whether the new files are right where the old ones were, and mean the same; say if not."""
    before, after = _both(found, environ)
    was = {_text(each) for each in before.report}
    errors = [each for each in after.report if each.severity is Severity.ERROR]
    console.findings(render_report(Report(errors), after.sources, console.mask, console.width))
    is_new = any(_text(each) not in was for each in errors)
    if errors and not is_new:
        console.warn("the old files have these mistakes too")
    otherwise = _otherwise(before, after)
    for address in otherwise:
        console.warn(f"{address} would be another one: look at it before an apply")
    return not is_new and not otherwise


def _text(found: Diagnostic) -> tuple[str, str]:
    return found.rule.code, found.message


def _both(found: _Import, environ: Mapping[str, str]) -> tuple[Compilation, Compilation]:
    asked = replace(found.request, environ=_Every(environ))
    before = compile_project(replace(asked, files=tuple(found.old)), found.sources)
    sources = Sources(found.request.base)
    for path, text in found.new.items():
        sources.give(path, text.encode())
    return before, compile_project(replace(asked, files=(found.root,)), sources)


def _otherwise(before: Compilation, after: Compilation) -> list[Address]:
    """The things of which old and new files say different things."""
    if before.desired is None or after.desired is None:
        return []
    was = {each.address: each for each in before.desired.resources}
    now = {each.address: each for each in after.desired.resources}
    return sorted(each for each in {*was, *now} if was.get(each) != now.get(each))
