"""Files as they are written, the files that they include, and where things in them are."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from compiler.diagnostics import Report, Span, start_of
from compiler.diagnostics.pages import (
    document_too_large,
    empty_document,
    file_not_read,
    not_utf8,
    nothing_included,
    unnamed_deployment,
)
from compiler.diagnostics.spelling import nearest
from compiler.manifest.check import check_shape
from compiler.source.nodes import Mapping, Node, Scalar, Sequence
from compiler.source.pattern import TooMany, is_pattern, matches
from compiler.source.sources import Sources
from compiler.source.yaml_loader import load

LENIENT_NAMES = frozenset({"prefect.yaml", "prefect.yml"})
NAMES = ("deploy.yaml", "deploy.yml", "prefect.yaml", "prefect.yml")
_LONGEST_CHAIN = 50  # files, each including the next
_WITH_THINGS = (
    *("deployments", "defaults", "work_pools", "include", "environments"),
    *("variables", "concurrency_limits", "tag_limits", "blocks", "automations"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One file of the right shape, at an absolute path, before anything is laid over it.

    `included_by` is the file that includes it; None for one that was asked for.
    `is_understood` is False where deployments were skipped, or may have been.
    """

    path: Path
    lenient: bool
    root: Mapping
    is_understood: bool
    included_by: "Draft | None" = field(default=None, compare=False)

    @property
    def chain(self) -> "tuple[Draft, ...]":
        """The files that lead to this one, the one that was asked for first, itself last."""
        found = [self]
        while (above := found[-1].included_by) is not None:
            found.append(above)
        return tuple(reversed(found))


def locate(path: Path, sources: Sources, report: Report) -> Path | None:
    """The file that `path` means: itself, or the deployment file in that folder."""
    found = _in_folder(path, sources)
    if found is None:
        message = f"the folder {path.as_posix()!r} has no deploy.yaml and no prefect.yaml"
        hint = "name the file with -f, or have 'deploy init' write a first one"
        report.add(file_not_read.RULE, message, None, hint=hint)
    return found


def _in_folder(path: Path, sources: Sources) -> Path | None:
    folder = sources.disk(path)
    if not folder.is_dir():
        return path
    return next((path / name for name in NAMES if (folder / name).is_file()), None)


class Drafts:
    """Reads files, and what they include; each once, however often it is named."""

    def __init__(self, sources: Sources, report: Report, *, lenient: bool) -> None:
        self._sources = sources
        self._report = report
        self._lenient = lenient
        self._seen: set[Path] = set()

    def read(self, path: Path) -> Iterator[Draft]:
        """The file, then what it includes; nothing for a file of no use, which is reported."""
        waiting: list[tuple[Path, Draft | None]] = [(path, None)]
        while waiting:
            next_path, included_by = waiting.pop()
            key = self._sources.real(next_path)
            draft = None if key in self._seen else self._draft(next_path, included_by)
            self._seen.add(key)
            if draft is not None:
                yield draft
                included = [(each, draft) for each in self._included(draft, len(draft.chain))]
                waiting.extend(reversed(included))

    def _draft(self, path: Path, included_by: Draft | None) -> Draft | None:
        lenient = self._lenient or path.name in LENIENT_NAMES
        written = read_document(path, self._sources, self._report)
        if written is None:
            return None
        root = _without_unnamed(written, self._report) if lenient else written
        shaped = check_shape(root, lenient=lenient, report=self._report)
        if not isinstance(shaped, Mapping):
            return None
        return Draft(
            path=path,
            lenient=lenient,
            root=shaped,
            is_understood=_is_understood(written, shaped),
            included_by=included_by,
        )

    def _included(self, draft: Draft, depth: int) -> Iterator[Path]:
        patterns = draft.root.get("include")
        if patterns is not None and depth > _LONGEST_CHAIN:
            message = f"files include one another, more than {_LONGEST_CHAIN} in a row"
            self._report.add(document_too_large.RULE, message, patterns.span)
            return
        for item in patterns.items if isinstance(patterns, Sequence) else ():
            if isinstance(item, Scalar) and isinstance(item.value, str):
                yield from self._matches(item.value, draft, item.span)

    def _matches(self, pattern: str, draft: Draft, at: Span) -> list[Path]:
        """Files that a pattern means, in the order of their names; itself is none of them."""
        folder = draft.path.parent
        hint = f"it is looked for from {self._sources.name(folder)}"
        found_ones: list[Path] = []
        if is_pattern(pattern):
            try:
                found = matches(folder, pattern, disk=self._sources.disk)
                found_ones = [each for each in found if each != draft.path]
            except TooMany:
                hint = "there are too many files and folders where it is looked for"
        else:
            named = _in_folder(folder / pattern, self._sources)
            is_there = named is not None and self._sources.data(named) is not None
            found_ones = [named] if named is not None and is_there else []
        if not found_ones:
            message = f"{pattern!r} includes no file"
            self._report.add(nothing_included.RULE, message, at, hint=hint)
        return found_ones


def read_document(path: Path, sources: Sources, report: Report) -> Node | None:
    """The nodes of a YAML file; None when there is nothing of use, and `report` says why."""
    name = sources.name(path)
    try:
        text = sources.read(path)
    except UnicodeDecodeError as error:
        report.add(not_utf8.RULE, f"the file is not UTF-8: {error.reason}", start_of(name))
        return None
    if text is None:
        is_there = os.path.lexists(sources.disk(path))
        message = "this is no file that can be read" if is_there else "there is no such file"
        hint = "is the path right, and may it be read?"
        report.add(file_not_read.RULE, message, start_of(name), hint=hint)
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
    if any(nearest(name, _WITH_THINGS) for name in lost):
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
