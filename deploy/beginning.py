"""The first file: of Prefect's files if there are any, else of the flows that are found."""

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from compiler import compile_project
from compiler.conversion.begun import POOL, begun
from compiler.entrypoints.discover import FoundFlow, discover
from compiler.manifest.draft import LENIENT_NAMES
from compiler.manifest.find import find_files
from compiler.pipeline import root_of, slugged
from compiler.plan.mask import Mask
from compiler.source.sources import Sources
from deploy.complaint import Complaint
from deploy.console import Console
from deploy.exit_codes import Exit
from deploy.importing import run as import_files
from deploy.options import ProjectArguments
from deploy.question import agrees
from deploy.session import open_project
from deploy.target import resolve
from deploy.views.text import render_report
from deploy.way_in import ImportArguments

_FILE = "deploy.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class InitArguments:
    """What the stack is to be called, and whether to write without a question."""

    stack: str | None = None
    yes: bool = False


def run(arguments: InitArguments, environ: Mapping[str, str]) -> Exit:
    """Write the first file of this folder, after a look at it.

    Raises:
        Complaint: there is a file already, or nobody can be asked.
    """
    folder, console = Path.cwd(), Console(Mask())
    if (folder / _FILE).exists():
        raise Complaint(f"there is a {_FILE} already", hint="deploy validate")
    _tell_server(environ, console)
    if any(path.name in LENIENT_NAMES for path in find_files(folder)):
        return _imported(arguments, environ, console)
    return _begun(arguments, folder, console)


def _tell_server(environ: Mapping[str, str], console: Console) -> None:
    """Which server commands will talk to here; nothing is asked of it."""
    try:
        console.tell(f"server: {resolve(environ)}")
    except Complaint as none:  # a pipeline, or a profile that cannot be read
        console.tell(f"server: {none}")


def _imported(arguments: InitArguments, environ: Mapping[str, str], console: Console) -> Exit:
    """The files of `prefect deploy` say what there is to deploy."""
    importing = ImportArguments(stack=arguments.stack, dry_run=not arguments.yes)
    ended = import_files(importing, environ)
    if arguments.yes or ended is not Exit.OK:
        return ended
    if not _agreed("Write them?"):
        console.warn("nothing was written")
        return Exit.FAILED
    return import_files(ImportArguments(stack=arguments.stack), environ)


def _begun(arguments: InitArguments, folder: Path, console: Console) -> Exit:
    project = open_project(ProjectArguments())
    sources = Sources(folder)
    flows = discover(folder, root_of(folder), sources)
    remote = project.checkout.remote if project.checkout is not None else None
    text = begun(_stack(arguments, project.request.project, folder), flows, remote=_address(remote))
    console.data(text.rstrip("\n"))
    if not arguments.yes and not _agreed(f"Write {_FILE}?"):
        console.warn("nothing was written")
        return Exit.FAILED
    (folder / _FILE).write_text(text, encoding="utf-8")
    return _checked(flows, console)


def _address(remote: str | None) -> str | None:
    return None if remote is None or remote.startswith("/") else f"https://{remote}.git"


def _stack(arguments: InitArguments, project: str | None, folder: Path) -> str:
    """What was said, the repository's name, the folder's.

    Raises:
        Complaint: none of them can be a stack's name.
    """
    if arguments.stack is not None and slugged(arguments.stack) != arguments.stack:
        hint = "small letters, digits and hyphens, at most 63"
        raise Complaint(f"{arguments.stack!r} is no name for a stack", hint=hint)
    candidates = (arguments.stack, project, folder.name)
    found = next((slug for name in candidates if name and (slug := slugged(name))), None)
    if found is None:
        raise Complaint("nothing says what the stack is called", hint="say --stack NAME")
    return found


def _checked(flows: tuple[FoundFlow, ...], console: Console) -> Exit:
    """What `deploy validate` says of the new file, and what to do next."""
    project = open_project(ProjectArguments())
    compiled = compile_project(project.request, project.sources)
    told = render_report(compiled.report, compiled.sources, console.mask, console.width)
    console.findings(told)
    count = sum(not each.is_called for each in flows)
    console.tell(f"wrote {_FILE}: {count} deployment{'s' if count != 1 else ''}")
    console.tell("next: deploy plan, then deploy")
    console.tell(f"      prefect worker start --pool {POOL}")
    return Exit.FAILED if compiled.report.has_errors else Exit.OK


def _agreed(question: str) -> bool:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Complaint("nobody can be asked whether to write it", hint="say --yes")
    return asyncio.run(agrees(question))
