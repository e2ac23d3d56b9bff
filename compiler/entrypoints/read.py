"""Find the source that each deployment names, and read its flow.

Nothing is imported: a source is text, and stays text.
"""

from dataclasses import dataclass
from pathlib import Path

from compiler.diagnostics import Fix, Label, Position, Report, Span
from compiler.diagnostics.pages import (
    ambiguous_path,
    entrypoint_syntax,
    file_not_found,
    flow_name_overruled,
    import_above_script,
    missing_key,
    no_such_flow,
    not_a_flow,
    source_missing,
    unknown_flow_name,
    unknown_type,
    unreadable_flow,
)
from compiler.diagnostics.spelling import nearest
from compiler.entrypoints.answer import Flow, NotAFlow, NotFound, Unreadable
from compiler.entrypoints.consulted import Consulted
from compiler.entrypoints.place import Ambiguous, Nowhere, Place, find_place
from compiler.entrypoints.reference import Entrypoint, parse_entrypoint
from compiler.entrypoints.repository import Repository
from compiler.entrypoints.version import file_version
from compiler.manifest.manifest import Manifest, Placed
from compiler.manifest.model import Deployment
from compiler.source.locate import node_at
from compiler.source.mend import respelled
from compiler.source.sources import Sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a deployment's source says.

    `flow` is None where the source is not at hand, and `flow_name` then comes
    from the file.  `source` is where the flow is written, which the entrypoint's own
    file may only import; `file_version` stands for the contents of its code.  `folder` is the
    absolute one from which the entrypoint leads to its file.  `consulted` is all that
    the reading depended on, in no order.
    """

    flow_name: str
    flow: Flow | None = None
    source: str | None = None
    folder: str | None = None
    file_version: str | None = None
    consulted: tuple[Consulted, ...] = ()

    def defined_at(self) -> Span | None:
        """Where the flow is defined."""
        if self.flow is None or self.source is None:
            return None
        start = Position(self.flow.line, self.flow.column)
        return Span(self.source, start, start)

    def definition(self) -> tuple[Label, ...]:
        """The same with what the flow takes, to be shown beside a finding."""
        at = self.defined_at()
        if at is None or self.flow is None:
            return ()
        return (Label(at, f"defined here: {self.flow.signature}"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A deployment, the file that declares it, and what its source says.

    `reading` is None when the flow could not be read; the report says why.
    """

    manifest: Manifest
    deployment: Placed[Deployment]
    reading: Reading | None


def read_flows(
    manifests: tuple[Manifest, ...],
    root: Path,
    sources: Sources,
    report: Report,
    *,
    cache: Path | None = None,
    known_as: str | None = None,
) -> tuple[Declared, ...]:
    """Every deployment with what its source says, in written order.

    `cache` is the folder in which readings are kept from run to run; None for none.
    A repository that lies elsewhere in each run is `known_as` a name there.
    """
    repository = Repository(root, sources, cache, known_as=known_as)
    reader = _Reader(root, sources, report, repository=repository)
    declared = tuple(
        Declared(
            manifest=manifest, deployment=deployment, reading=reader.reading(manifest, deployment)
        )
        for manifest in manifests
        for deployment in manifest.deployments
    )
    repository.save()
    return declared


class _Reader:
    """Reads the flow of each deployment."""

    def __init__(
        self, root: Path, sources: Sources, report: Report, *, repository: Repository
    ) -> None:
        self._root = root
        self._sources = sources
        self._report = report
        self._repository = repository

    def reading(self, manifest: Manifest, deployment: Placed[Deployment]) -> Reading | None:
        value = deployment.value
        if value.entrypoint is None:
            return self._without_entrypoint(deployment)
        entrypoint = parse_entrypoint(value.entrypoint)
        at = deployment.at("entrypoint")
        if entrypoint is None:
            hint = "write path/to/file.py:function or package.module:function"
            message = f"{value.entrypoint!r} is no entrypoint"
            self._report.add(entrypoint_syntax.RULE, message, at, hint=hint)
            return None
        place = self._find(entrypoint, manifest.path.parent, deployment)
        if place is None:
            return self._without_source(deployment)
        answered = self._repository.read(entrypoint, place)
        if isinstance(answered.answer, Flow):
            return self._read(answered.answer, place, answered.consulted, deployment)
        self._refuse(answered.answer, place.path, entrypoint.function, deployment)
        return None

    def _without_entrypoint(self, deployment: Placed[Deployment]) -> Reading | None:
        if deployment.value.flow_name:
            return Reading(flow_name=deployment.value.flow_name)
        if not self._report.has_error_within(deployment.node.span):
            name = deployment.value.name
            message = f"the deployment {name!r} has no 'entrypoint'"
            self._report.add(missing_key.RULE, message, deployment.at("name"))
        return None

    def _without_source(self, deployment: Placed[Deployment]) -> Reading | None:
        flow_name = deployment.value.flow_name
        return Reading(flow_name=flow_name) if flow_name else None

    def _find(
        self, entrypoint: Entrypoint, folder: Path, deployment: Placed[Deployment]
    ) -> Place | None:
        at = deployment.at("entrypoint")
        written = entrypoint.file or entrypoint.module
        match find_place(entrypoint, folder=folder, root=self._root, sources=self._sources):
            case Place() as place:
                return place
            case Nowhere(spelled=spelled) if deployment.value.flow_name:
                message = f"{written!r} is not here: its code fields are left to the server"
                hint = _spelled(spelled) if spelled else None
                self._report.add(source_missing.RULE, message, at, hint=hint)
            case Nowhere() as nowhere:
                message = f"there is no file {written!r}"
                self._report.add(file_not_found.RULE, message, at, hint=_where(nowhere))
            case Ambiguous(names=both):
                message = f"{written!r} means two different files: {' and '.join(both[:2])}"
                hint = "write the path from the repository root, or remove one of the files"
                self._report.add(ambiguous_path.RULE, message, at, hint=hint)
        return None

    def _refuse(
        self,
        found: NotFound | NotAFlow | Unreadable,
        path: Path,
        function: str,
        deployment: Placed[Deployment],
    ) -> None:
        file, at = self._sources.name(path), deployment.at("entrypoint")
        match found:
            case NotFound():
                message = f"{file} has no function {function!r}"
                near = _function_meant(function, found)
                fix = _with_function(near, function, deployment) if near else None
                hint = f"did you mean {near!r}?" if near else _flows_of(found)
                self._report.add(no_such_flow.RULE, message, at, hint=hint, fix=fix)
            case NotAFlow(line=line):
                file = self._sources.name(found.file or path)
                message = f"{function!r} in {file} is no flow"
                start = Position(line, 1)
                label = Label(Span(file, start, start), "defined here")
                hint = "decorate it with @flow"
                self._report.add(not_a_flow.RULE, message, at, hint=hint, related=[label])
            case Unreadable(line=line, column=column, message=reason):
                place = Position(line, column)
                message = f"{file} is not Python: {reason}"
                label = Label(Span(file, place, place), reason)
                self._report.add(unreadable_flow.RULE, message, at, related=[label])

    def _read(
        self,
        flow: Flow,
        place: Place,
        consulted: tuple[Consulted, ...],
        deployment: Placed[Deployment],
    ) -> Reading | None:
        declared, at = deployment.value.flow_name, deployment.at("entrypoint")
        if flow.import_above is not None:
            self._warn_of_import(flow.import_above, place, at)
        if not flow.is_seen and declared:
            message = f"the flow is {_made(flow)}: its code fields are left to the server"
            self._report.add(source_missing.RULE, message, at)
            return Reading(flow_name=declared, consulted=consulted)
        if flow.name is None and not declared:
            made = "flow's name is computed" if flow.is_seen else f"flow is {_made(flow)}"
            message = f"the {made}, and its name cannot be read from the source"
            hint = "write it as text in the decorator, or add 'flow_name'"
            self._report.add(unknown_flow_name.RULE, message, at, hint=hint)
            return None
        if flow.name is not None and declared and declared != flow.name:
            message = f"the source calls the flow {flow.name!r}, and that counts"
            hint = "remove 'flow_name', as Prefect ignores it too"
            at_name = deployment.at("flow_name")
            self._report.add(flow_name_overruled.RULE, message, at_name, hint=hint)
        if flow.unknown:
            self._note_unknown(flow, at)
        source, code = flow.file or place.path, flow.code_file or place.path
        return Reading(
            flow_name=flow.name or declared or "",
            flow=flow,
            source=self._sources.name(source),
            folder=str(place.folder),
            file_version=file_version(self._sources.data(code) or b""),
            consulted=consulted,
        )

    def _warn_of_import(self, line: int, place: Place, at: Span) -> None:
        file = self._sources.name(place.path)
        message = f"{file} imports from above its folder, but is run as a script"
        start = Position(line, 1)
        label = Label(Span(file, start, start), "this import fails")
        module = _module_of(place)
        hint = f"name it as a module, {module}:…" if module else None
        self._report.add(import_above_script.RULE, message, at, hint=hint, related=[label])

    def _note_unknown(self, flow: Flow, at: Span) -> None:
        names = ", ".join(repr(name) for name in sorted(flow.unknown))
        message = f"the type of {names} cannot be known from the source alone"
        hint = "the server's schema for it is kept"
        self._report.add(unknown_type.RULE, message, at, hint=hint)


def _made(flow: Flow) -> str:
    return f"imported from {flow.imported_from}" if flow.imported_from else "made by a call"


def _module_of(place: Place) -> str | None:
    """What the file is called when it is imported from the folder Prefect is called in."""
    if not place.path.is_relative_to(place.folder):
        return None
    names = place.path.relative_to(place.folder).with_suffix("").parts
    return ".".join(names) if all(name.isidentifier() for name in names) else None


def _spelled(name: str) -> str:
    return f"it is written {name!r}: letter case counts"


def _where(nowhere: Nowhere) -> str | None:
    if nowhere.spelled:
        return _spelled(nowhere.spelled)
    if nowhere.elsewhere:
        return f"there is {nowhere.elsewhere}, but workers look from the repository's root"
    looked = " and ".join(nowhere.looked)
    return f"looked for {looked}" if looked else None


def _function_meant(function: str, found: NotFound) -> str | None:
    """The function that was probably meant: spelled alike, or nearly so and a flow."""
    flows = found.flows
    alike = [one for one in (*flows, *found.others) if one.casefold() == function.casefold()]
    near = alike or nearest(function, flows, cutoff=0.5)
    return near[0] if near else None


def _flows_of(found: NotFound) -> str | None:
    return f"its flows are: {', '.join(found.flows)}" if found.flows else None


def _with_function(name: str, function: str, deployment: Placed[Deployment]) -> Fix | None:
    """The entrypoint with another function."""
    written = deployment.value.entrypoint or ""
    node = node_at(deployment.node, ("entrypoint",))
    return respelled(node, written, written.removesuffix(function) + name)
