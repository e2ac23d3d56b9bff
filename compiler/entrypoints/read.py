"""Find the source that each deployment names, and read its flow.

Nothing is imported: a source is text, and stays text.
"""

import difflib
from dataclasses import dataclass
from pathlib import Path

from compiler.diagnostics import Fix, Label, Position, Report, Span
from compiler.diagnostics.pages import (
    ambiguous_path,
    entrypoint_syntax,
    file_not_found,
    flow_name_overruled,
    missing_key,
    no_such_flow,
    not_a_flow,
    source_missing,
    unknown_flow_name,
    unknown_type,
    unreadable_flow,
)
from compiler.entrypoints.flow import Flow, NotAFlow, NotFound, Unreadable, read_flow
from compiler.entrypoints.reference import Entrypoint, candidates, parse_entrypoint
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
    from the file.  `folder` is the absolute one from which the entrypoint leads
    to the source; `file_version` stands for the source's contents.
    """

    flow_name: str
    flow: Flow | None = None
    source: str | None = None
    folder: str | None = None
    file_version: str | None = None

    def defined_at(self) -> Span | None:
        """Where the flow is defined."""
        if self.flow is None or self.source is None:
            return None
        start = Position(self.flow.line, self.flow.column)
        return Span(self.source, start, start)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A deployment, the file that declares it, and what its source says.

    `reading` is None when the flow could not be read; the report says why.
    """

    manifest: Manifest
    deployment: Placed[Deployment]
    reading: Reading | None


def read_flows(
    manifests: tuple[Manifest, ...], root: Path, sources: Sources, report: Report
) -> tuple[Declared, ...]:
    """Every deployment with what its source says, in written order."""
    reader = _Reader(root, sources, report)
    return tuple(
        Declared(
            manifest=manifest, deployment=deployment, reading=reader.reading(manifest, deployment)
        )
        for manifest in manifests
        for deployment in manifest.deployments
    )


class _Reader:
    """Reads each source and each flow once."""

    def __init__(self, root: Path, sources: Sources, report: Report) -> None:
        self._root = root
        self._sources = sources
        self._report = report
        self._flows: dict[tuple[Path, str], Flow | NotFound | NotAFlow | Unreadable] = {}

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
        path = self._find(entrypoint, manifest.path.parent, deployment)
        if path is None:
            return self._without_source(deployment)
        flow = self._flow(path, entrypoint, deployment)
        return None if flow is None else self._read(flow, path, manifest, deployment)

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
    ) -> Path | None:
        places = candidates(entrypoint, folder=folder, root=self._root)
        found = {
            place.resolve(): place for place in places if self._sources.data(place) is not None
        }
        at = deployment.at("entrypoint")
        written = entrypoint.file or entrypoint.module
        if not found and deployment.value.flow_name:
            message = f"{written!r} is not here: its code fields are left to the server"
            self._report.add(source_missing.RULE, message, at)
            return None
        if not found:
            looked = " and ".join(self._sources.name(place) for place in places[:2])
            hint = f"looked for {looked}" if looked else None
            self._report.add(file_not_found.RULE, f"there is no file {written!r}", at, hint=hint)
            return None
        if len(found) > 1 and len({self._sources.data(path) for path in found}) > 1:
            both = [self._sources.name(place) for place in found.values()]
            message = f"{written!r} means two different files: {' and '.join(both[:2])}"
            hint = "write the path from the repository root, or remove one of the files"
            self._report.add(ambiguous_path.RULE, message, at, hint=hint)
            return None
        return next(iter(found.values()))

    def _flow(
        self, path: Path, entrypoint: Entrypoint, deployment: Placed[Deployment]
    ) -> Flow | None:
        key = (path, entrypoint.function)
        if key not in self._flows:
            self._flows[key] = self._parsed(path, entrypoint.function)
        found = self._flows[key]
        if isinstance(found, Flow):
            return found
        self._refuse(found, path, entrypoint.function, deployment)
        return None

    def _parsed(self, path: Path, function: str) -> Flow | NotFound | NotAFlow | Unreadable:
        try:
            text = self._sources.read(path)
        except UnicodeDecodeError:
            return Unreadable(line=1, column=1, message="it is not UTF-8 text")
        return read_flow(text or "", function)

    def _refuse(
        self,
        found: NotFound | NotAFlow | Unreadable,
        path: Path,
        function: str,
        deployment: Placed[Deployment],
    ) -> None:
        file, at = self._sources.name(path), deployment.at("entrypoint")
        match found:
            case NotFound(flows=flows):
                near = difflib.get_close_matches(function, flows, n=1, cutoff=0.5)
                hint = f"did you mean {near[0]!r}?" if near else None
                hint = hint or (f"its flows are: {', '.join(flows)}" if flows else None)
                message = f"{file} has no function {function!r}"
                fix = _with_function(near[0], function, deployment) if near else None
                self._report.add(no_such_flow.RULE, message, at, hint=hint, fix=fix)
            case NotAFlow(line=line):
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
        self, flow: Flow, path: Path, manifest: Manifest, deployment: Placed[Deployment]
    ) -> Reading | None:
        declared, at = deployment.value.flow_name, deployment.at("entrypoint")
        if not flow.is_seen and declared:
            made = f"imported from {flow.imported_from}" if flow.imported_from else "made by a call"
            message = f"the flow is {made}: its code fields are left to the server"
            self._report.add(source_missing.RULE, message, at)
            return Reading(flow_name=declared)
        if flow.name is None and not declared:
            message = "the flow's name is computed and cannot be read from the source"
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
        folder = manifest.path.parent
        beside = path.is_relative_to(folder) and path in candidates_beside(deployment, folder)
        return Reading(
            flow_name=flow.name or declared or "",
            flow=flow,
            source=self._sources.name(path),
            folder=str(folder if beside else self._root),
            file_version=file_version(self._sources.data(path) or b""),
        )

    def _note_unknown(self, flow: Flow, at: Span) -> None:
        names = ", ".join(repr(name) for name in sorted(flow.unknown))
        message = f"the type of {names} cannot be known from the source alone"
        hint = "the server's schema for it is kept"
        self._report.add(unknown_type.RULE, message, at, hint=hint)


def _with_function(name: str, function: str, deployment: Placed[Deployment]) -> Fix | None:
    """The entrypoint with another function."""
    written = deployment.value.entrypoint or ""
    node = node_at(deployment.node, ("entrypoint",))
    return respelled(node, written, written.removesuffix(function) + name)


def candidates_beside(deployment: Placed[Deployment], folder: Path) -> tuple[Path, ...]:
    """Where the entrypoint would lead from the folder of its own file."""
    entrypoint = parse_entrypoint(deployment.value.entrypoint or "")
    return () if entrypoint is None else candidates(entrypoint, folder=folder, root=folder)
