"""What a server holds, written down: read, choose, write, say what is missing."""

from collections import Counter
from collections.abc import Iterable, Mapping

from compiler.conversion.exported import Exported, export
from compiler.desired.address import Address, Kind, deployment, work_pool
from compiler.diagnostics import Report
from compiler.emit.automations import is_trigger
from compiler.emit.document import split_texts, whole_text
from compiler.pipeline import slugged
from compiler.plan.action import Delete
from compiler.plan.select import check_choices
from compiler.plan.selection import parse_selection, subject_of
from compiler.state.inventory import Inventory
from deploy.complaint import Complaint
from deploy.console import Console
from deploy.exit_codes import Exit
from deploy.job import open_console
from deploy.options import ProjectArguments, SelectionArguments, ServerArguments
from deploy.session import Project, on_server, open_client, open_project
from deploy.target import Target
from deploy.views import export as view
from deploy.views.text import render_report
from deploy.way_in import ExportArguments
from reconciler.observe.inventory import take_inventory

_FOLDER = "deployments"
_FILE = "deploy.yaml"


def run(
    arguments: ExportArguments,
    selecting: SelectionArguments,
    server: ServerArguments,
    environ: Mapping[str, str],
) -> Exit:
    """Write the files, or say why not.

    Raises:
        Complaint: the server could not be read, or files would be written over.
    """
    if arguments.per_flow and arguments.out is None:
        raise Complaint("--per-flow makes several files", hint="say --out DIR")
    if slugged(arguments.stack) != arguments.stack:
        hint = "small letters, digits and hyphens, at most 63"
        raise Complaint(f"{arguments.stack!r} is no name for a stack", hint=hint)
    report = Report()
    selection = parse_selection(selecting.select, selecting.exclude, report)
    console, target = open_console(server, environ)
    project = open_project(ProjectArguments(files=(str(arguments.out or "."),)))
    if report.has_errors:
        return _refused(report, project, console)
    inventory = on_server(_read(target, arguments), console.mask)
    ours = _of_stack(inventory, arguments)
    subjects = {each: subject_of(Delete(each, inventory.things[each])) for each in ours}
    if not selection.is_everything:
        check_choices(selection, tuple(subjects.values()), report, whole="what can be exported")
        if report.has_errors:
            return _refused(report, project, console)
    chosen = _with_outer(each for each in ours if selection.takes(subjects[each]))
    exported = export(inventory, chosen, arguments.stack, project.request)
    console.mask.learn(each.value for each in exported.secrets)
    _write(exported, arguments, console)
    _tell(exported, chosen, len(inventory.things) - len(ours), console)
    return Exit.OK


async def _read(target: Target, arguments: ExportArguments) -> Inventory:
    async with open_client(target) as client:
        return await take_inventory(client, arguments.from_stack or arguments.stack)


def _refused(report: Report, project: Project, console: Console) -> Exit:
    console.findings(render_report(report, project.sources, console.mask, console.width))
    return Exit.FAILED


def _of_stack(inventory: Inventory, arguments: ExportArguments) -> frozenset[Address]:
    """What no other stack owns; with `--from-stack` what that one does."""
    owners = inventory.owners
    if arguments.from_stack is not None:
        found = frozenset(each for each in owners if owners[each] == arguments.from_stack)
        if not found:
            message = f"the server has nothing of a stack {arguments.from_stack!r}"
            raise Complaint(message, hint="is the name right? 'deploy history' knows its applies")
        return found
    return frozenset(
        each for each in inventory.things if owners.get(each) in {None, arguments.stack}
    )


def _with_outer(chosen: Iterable[Address]) -> frozenset[Address]:
    """What is chosen, and what has it in its own entry: a queue's pool, a trigger's deployment."""
    found = frozenset(chosen)
    pools = {work_pool(each.path[0]) for each in found if each.kind is Kind.WORK_QUEUE}
    return found | pools | {deployment(*each.path[:-1]) for each in found if is_trigger(each)}


def _write(exported: Exported, arguments: ExportArguments, console: Console) -> None:
    header = view.header(exported, arguments.stack)
    if arguments.out is None:
        console.document(whole_text(exported.content, header))
        return
    texts = {_FILE: whole_text(exported.content, header)}
    if arguments.per_flow:
        texts = split_texts(exported.content, header, _names(exported))
    paths = {arguments.out / name: text for name, text in texts.items()}
    there = [path for path in paths if path.exists()]
    if there and not arguments.force:
        message = f"{there[0].as_posix()!r} is there already"
        raise Complaint(message, hint="say --force to write over it, or another --out")
    for path, text in paths.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        console.tell(f"wrote {path.as_posix()}")


def _names(exported: Exported) -> dict[str, str]:
    """The file of each flow; flows whose names make the same file name get numbers."""
    deployments = exported.content.entries.get("deployments", ())
    names: dict[str, str] = {}
    for flow in dict.fromkeys(address.path[0] for address, _ in deployments):
        slug = slugged(flow) or "flow"
        taken = set(names.values())
        numbered = (f"{_FOLDER}/{slug}-{number}.yaml" for number in range(2, len(taken) + 3))
        candidates = (f"{_FOLDER}/{slug}.yaml", *numbered)
        names[flow] = next(each for each in candidates if each not in taken)
    return names


def _tell(exported: Exported, chosen: frozenset[Address], others: int, console: Console) -> None:
    lost = {each.address for each in exported.left if each.field is None}
    counts = Counter(each.kind for each in chosen - lost)
    console.tell(view.summary(counts, others))
    for line in view.missing(exported):
        console.warn(line)
