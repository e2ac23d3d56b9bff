"""`deploy validate`: everything that can be known without a server."""

import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deploy import options
from deploy.complaint import Complaint, Refused
from deploy.exit_codes import Exit

if TYPE_CHECKING:
    from compiler import Compilation, Request
    from deploy.console import Console
    from deploy.views.findings import Findings

FORMATS = ("text", "concise", "json", "sarif", "github", "junit")
_YAML = (".yaml", ".yml")
_FOR_PEOPLE = ("text", "concise")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """What was asked for.

    `only`, `ignored` and `severities` are what options say of findings.  With `diff` fixes are
    shown, with `fix` they are made; with `unsafe` the guesses too.
    """

    project: options.ProjectArguments = field(default_factory=options.ProjectArguments)
    format: str = "text"
    only: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    fix: bool = False
    unsafe: bool = False
    diff: bool = False
    everywhere: bool = False
    allow_unset: bool = False


@click.command("validate")
@options.project
@options.findings
@options.quiet
@click.option(
    "--format",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How findings are written.",
)
@click.option(
    "--everywhere",
    is_flag=True,
    help="Check every deployment file below this folder, each as a stack of its own.",
)
@click.option(
    "--allow-unset",
    is_flag=True,
    help="Values of the environment and required inputs may be missing here.",
)
@click.option("--fix", is_flag=True, help="Mend what has one meaning only, then check again.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: the guesses too.")
@click.option("--diff", is_flag=True, help="Show what --fix would write; write nothing.")
def command(
    *,
    project: options.ProjectArguments,
    format: str,
    only: tuple[str, ...],
    ignored: tuple[str, ...],
    severities: tuple[str, ...],
    **flags: bool,
) -> None:
    """Check the files: no server, and no user code is run.

    Findings are what it prints: they go to standard output.
    """
    if flags["unsafe_fixes"] and not (flags["fix"] or flags["diff"]):
        raise click.UsageError("'--unsafe-fixes' needs '--fix' or '--diff'")
    if flags["fix"] and not flags["diff"]:
        from deploy.session import is_stream, refuse_git_inputs  # noqa: PLC0415  # as below

        if any(map(is_stream, project.files)):
            raise click.UsageError("a stream cannot be mended; '--diff' shows how it would be")
        refuse_git_inputs(project.files)
    if flags["everywhere"] and project.files:
        raise click.UsageError("'--everywhere' finds the files; '-f' would name them")
    arguments = Arguments(
        project=project,
        format=format,
        only=only,
        ignored=ignored,
        severities=severities,
        fix=flags["fix"],
        unsafe=flags["unsafe_fixes"],
        diff=flags["diff"],
        everywhere=flags["everywhere"],
        allow_unset=flags["allow_unset"],
    )
    raise SystemExit(run(arguments))


def run(arguments: Arguments) -> Exit:
    """Report what is wrong with the files, and mend it where that was asked for.

    Raises:
        click.UsageError: an option names a finding or a severity that is none.
        Complaint: a file changed while it was mended.
    """
    from compiler.plan.mask import Mask  # noqa: PLC0415
    from deploy.console import Console  # noqa: PLC0415  # keeps `deploy --version` quick

    try:
        request, compiled, count = _compiled(arguments)
    except Refused as refused:
        return _refused(refused, arguments)
    console = Console(Mask(compiled.secrets))
    if arguments.diff:
        return _show_fixes(compiled, request, arguments, console)
    if arguments.fix and _make_fixes(compiled, request, arguments, console):
        request, compiled, count = _compiled(arguments)
    for code in request.policy.refused(compiled.report):
        console.warn(f"{code} stays an error: it leaves a document that cannot be used")
    found = _findings(compiled, request, console, format=arguments.format)
    _show(found, arguments.format, console)
    if compiled.report.has_errors:
        return Exit.FAILED
    console.tell(f"{count} resources, no errors" if count else "no errors")
    return Exit.OK


def _refused(refused: Refused, arguments: Arguments) -> Exit:
    """Show why there are no files to check, as other findings are shown."""
    from compiler import Compilation, Request  # noqa: PLC0415
    from compiler.plan.mask import Mask  # noqa: PLC0415
    from compiler.source.sources import Sources  # noqa: PLC0415
    from deploy.console import Console  # noqa: PLC0415

    base = Path.cwd()
    nothing = Compilation(
        desired=None, report=refused.report, sources=Sources(base), files=(), filled={}
    )
    console = Console(Mask())
    found = _findings(nothing, Request(files=(), base=base), console, format=arguments.format)
    _show(found, arguments.format, console)
    return Exit.FAILED


def _compiled(arguments: Arguments) -> "tuple[Request, Compilation, int]":
    """The files as they are now, and how many things they want."""
    from deploy.session import open_project  # noqa: PLC0415

    project = open_project(arguments.project, ask_git=False)
    request = project.request
    if arguments.only or arguments.ignored or arguments.severities:
        from deploy.rule_names import policy  # noqa: PLC0415  # imports every rule

        asked = policy(arguments.only, arguments.ignored, arguments.severities)
        request = replace(request, policy=asked)
    allowing = replace(request.policy, allows_unset=arguments.allow_unset)
    request = replace(request, policy=allowing)
    from compiler import compile_everywhere, compile_project  # noqa: PLC0415

    if not arguments.everywhere:
        compiled = compile_project(request, project.sources)
        return request, compiled, _count(compiled)
    found = compile_everywhere(request, project.sources)
    if not found:
        message = "no folder here or below has a deploy.yaml or a prefect.yaml"
        raise Complaint(message, hint="go where they are, or name a file with -f")
    request = replace(request, files=tuple(path for each in found for path in each.files))
    return request, _together(found), sum(map(_count, found))


def _together(compiled: "tuple[Compilation, ...]") -> "Compilation":
    """Several stacks' findings as one."""
    from compiler.diagnostics import Report  # noqa: PLC0415

    return replace(
        compiled[0],
        desired=None,
        report=Report(found for each in compiled for found in each.report),
        files=tuple(path for each in compiled for path in each.files),
        filled={name: value for each in compiled for name, value in each.filled.items()},
    )


def _count(compiled: "Compilation") -> int:
    return len(compiled.desired.resources) if compiled.desired is not None else 0


def _show_fixes(
    compiled: "Compilation", request: "Request", arguments: Arguments, console: "Console"
) -> Exit:
    from deploy.mending import mending  # noqa: PLC0415
    from deploy.views.difference import render_difference  # noqa: PLC0415

    plan = mending(compiled, request, unsafe=arguments.unsafe)
    differences = (
        render_difference(each.file, each.before, each.after, console.mask) for each in plan.files
    )
    console.document("".join(differences).removesuffix("\n"))
    console.tell(f"{len(compiled.report)} findings, of which this mends {len(plan.fixes)}")
    return Exit.FAILED if compiled.report.has_errors else Exit.OK


def _make_fixes(
    compiled: "Compilation", request: "Request", arguments: Arguments, console: "Console"
) -> bool:
    """Write the fixes that can be made at once; return whether there were any."""
    from deploy.mending import mending, write  # noqa: PLC0415

    plan = mending(compiled, request, unsafe=arguments.unsafe)
    for each in plan.files:
        write(each)
        console.tell(f"mended {each.file}")
    return bool(plan.files)


def _findings(
    compiled: "Compilation", request: "Request", console: "Console", *, format: str
) -> "Findings":
    from compiler.pipeline import root_of  # noqa: PLC0415
    from deploy.views.findings import Findings, masked  # noqa: PLC0415

    found = Findings(
        diagnostics=tuple(compiled.report),
        sources=compiled.sources,
        mask=console.mask,
        files=_checked(compiled, request),
        base=request.base,
        root=root_of(request.base),
        version="" if format in _FOR_PEOPLE else _version(),
        width=console.width if sys.stdout.isatty() else None,
    )
    return masked(found)


def _version() -> str:
    from importlib.metadata import version  # noqa: PLC0415  # takes its time

    return version("prefect-reconciler")


def _checked(compiled: "Compilation", request: "Request") -> tuple[str, ...]:
    """The files that were read to be checked, and not for what flows are in them."""
    asked = {compiled.sources.name(path) for path in (*request.files, *compiled.files)}
    read = (name for name, _ in compiled.sources.texts())
    return tuple(sorted(name for name in read if name in asked or name.endswith(_YAML)))


def _show(found: "Findings", format: str, console: "Console") -> None:
    from deploy.views.formats import view  # noqa: PLC0415

    text = view(format)(found)
    if format in _FOR_PEOPLE:
        console.findings(text, is_data=True)
    else:
        console.document(text)
