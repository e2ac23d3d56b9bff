"""Files to manifests: read, check the shape, lay defaults under, fill templates in, type."""

import difflib
import json
from collections.abc import Mapping as Values
from dataclasses import replace
from pathlib import Path

from compiler.desired.json import Json
from compiler.diagnostics import Report, Span, start_of
from compiler.diagnostics.pages import (
    empty_document,
    empty_schedules_kept,
    file_not_read,
    not_applied_yet,
    not_utf8,
    unnamed_deployment,
    wrong_type,
)
from compiler.environment.overlay import with_defaults
from compiler.environment.template import render
from compiler.manifest.check import check_shape, parse
from compiler.manifest.manifest import Manifest, Placed, manifest
from compiler.manifest.model import WorkPool
from compiler.source.nodes import Mapping, Node, Scalar, Sequence, plain
from compiler.source.sources import Sources
from compiler.source.yaml_loader import load

LENIENT_NAMES = frozenset({"prefect.yaml", "prefect.yml"})
_NAMES = ("deploy.yaml", "deploy.yml", "prefect.yaml", "prefect.yml")
_WITH_THINGS = ("deployments", "defaults", "work_pools")
_NOT_APPLIED = ("triggers", "build", "push", "sla")


def locate(path: Path, report: Report) -> Path | None:
    """The file that `path` means: itself, or the deployment file in that folder."""
    if not path.is_dir():
        return path
    found = next((path / name for name in _NAMES if (path / name).is_file()), None)
    if found is None:
        message = f"the folder {path.as_posix()!r} has no deploy.yaml and no prefect.yaml"
        hint = "name the file with -f, or write one"
        report.add(file_not_read.RULE, message, None, hint=hint)
    return found


def read(
    path: Path, environ: Values[str, str], *, lenient: bool, sources: Sources, report: Report
) -> Manifest | None:
    """The manifest of one file; None when there is none, and `report` says why."""
    lenient = lenient or path.name in LENIENT_NAMES
    written = _document(path, sources, report)
    if written is None:
        return None
    root = _without_unnamed(written, report) if lenient else written
    shaped = check_shape(root, lenient=lenient, report=report)
    if not isinstance(shaped, Mapping):
        return None
    rendered = render(with_defaults(shaped), environ, report)
    typed = parse(rendered.root, report)
    if typed is None:
        return None
    found = replace(
        manifest(*typed, path=path, lenient=lenient, filled=rendered.filled),
        is_understood=_is_understood(written, shaped),
    )
    _note_not_applied(found, report)
    return found


def _document(path: Path, sources: Sources, report: Report) -> Node | None:
    name = sources.name(path)
    try:
        text = sources.read(path)
    except UnicodeDecodeError as error:
        report.add(not_utf8.RULE, f"the file is not UTF-8: {error.reason}", start_of(name))
        return None
    if text is None:
        hint = "is the path right, and may it be read?"
        report.add(file_not_read.RULE, "there is no such file", start_of(name), hint=hint)
        return None
    root = load(text, file=name, report=report)
    if isinstance(root, Scalar) and root.value is None:
        report.add(empty_document.RULE, "the file is empty", start_of(name))
        return None
    return root


def _is_understood(written: Node, kept: Mapping) -> bool:
    """Whether no deployment was skipped, by itself or under a misspelt key."""
    if not isinstance(written, Mapping):
        return True
    lost = [name for name, _ in written if kept.get(name) is None]
    if any(difflib.get_close_matches(name, _WITH_THINGS, n=1) for name in lost):
        return False
    before, after = written.get("deployments"), kept.get("deployments")
    if not (isinstance(before, Sequence) and isinstance(after, Sequence)):
        return before is None or isinstance(before, Scalar)
    return len(before.items) == len(after.items)


def _without_unnamed(root: Node, report: Report) -> Node:
    """The document without the deployments that Prefect, too, would skip."""
    deployments = root.get("deployments") if isinstance(root, Mapping) else None
    if not isinstance(root, Mapping) or not isinstance(deployments, Sequence):
        return root
    named = []
    for item in deployments.items:
        name = item.get("name") if isinstance(item, Mapping) else item
        if name is None or (isinstance(name, Scalar) and name.value is None):
            message = "a deployment without a name is skipped"
            report.add(unnamed_deployment.RULE, message, item.span, hint="give it a 'name'")
        else:
            named.append(item)
    kept = Sequence(tuple(named), deployments.span)
    entries = ((key, kept if key.value == "deployments" else item) for key, item in root.entries)
    return Mapping(tuple(entries), root.span)


def _note_not_applied(found: Manifest, report: Report) -> None:
    for name in _NOT_APPLIED:
        for deployment in found.deployments:
            if getattr(deployment.value, name):
                _note(name, deployment.key_at(name), report)
        if getattr(found.document.value, name, None):
            _note(name, found.document.key_at(name), report)
    _note_kept_schedules(found, report)


def _note(name: str, at: Span, report: Report) -> None:
    message = f"{name!r} is read, but this version does not act on it"
    report.add(not_applied_yet.RULE, message, at)


def _note_kept_schedules(found: Manifest, report: Report) -> None:
    """Say it once a file: `prefect init` writes it into every deployment."""
    empty = [each for each in found.deployments if each.value.schedules == []]
    if found.lenient and empty:
        more = f" (nor do {len(empty) - 1} more)" if len(empty) > 1 else ""
        report.add(
            empty_schedules_kept.RULE,
            f"in a prefect.yaml, 'schedules: []' does not remove schedules{more}",
            empty[0].key_at("schedules"),
            hint="in a deploy.yaml it removes them all",
        )


def read_templates(
    manifests: tuple[Manifest, ...], sources: Sources, report: Report
) -> dict[str, Json]:
    """Base job templates that are kept in files of their own, by pool name."""
    elsewhere = (
        (pool, Path(found.path.parent, pool.value.base_job_template))
        for found in manifests
        for pool in found.work_pools
        if isinstance(pool.value.base_job_template, str)
    )
    read_ones = (
        (pool.value.name, _template_of(pool, path, sources, report)) for pool, path in elsewhere
    )
    return {name: template for name, template in read_ones if template is not None}


def _template_of(pool: Placed[WorkPool], path: Path, sources: Sources, report: Report) -> Json:
    written, at = pool.value.base_job_template, pool.at("base_job_template")
    if report.has_error_within(at):
        return None
    if sources.data(path) is None:
        hint = f"looked for {sources.name(path)}"
        report.add(file_not_read.RULE, f"there is no file {written!r}", at, hint=hint)
        return None
    before = len(report)
    template = _template(path, sources, report)
    if isinstance(template, dict):
        return template
    if len(report) == before:
        message = f"the template in {written!r} should be a mapping"
        report.add(wrong_type.RULE, message, at)
    return None


def _template(path: Path, sources: Sources, report: Report) -> Json:
    if path.suffix == ".json" and (data := sources.data(path)) is not None:
        try:
            parsed: Json = json.loads(data)
        except (ValueError, RecursionError):
            return None
        return parsed
    root = _document(path, sources, report)
    return None if root is None else plain(root)
