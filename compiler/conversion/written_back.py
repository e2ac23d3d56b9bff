"""Files that say what the server holds: each change of one is tried on the compiler first.

A change stays only if it makes its field what it should be and touches nothing else: no other
field, no other thing, and nothing in another environment.  So a value in `defaults`, behind an
anchor or in a template is written where only the one that moved takes it, and is otherwise
reported with its place.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from compiler.conversion.drifted import Unwritten, Wish, wishes
from compiler.desired.address import Address
from compiler.desired.json import Json
from compiler.desired.resources import DesiredState, Resource
from compiler.diagnostics import Edit, Report, Severity, Span
from compiler.diagnostics.mend import mended
from compiler.diff.change import Cause
from compiler.diff.compare import compare, marked
from compiler.manifest.manifest import Manifest, queues_of
from compiler.manifest.read import typed
from compiler.pipeline import Request, compile_project, render_project
from compiler.plan.action import Action, Update
from compiler.plan.build import known
from compiler.source.edit import CannotEdit, Page, Pages, edits
from compiler.source.nodes import Mapping as MappingNode
from compiler.source.nodes import Node, plain
from compiler.source.sources import Sources
from compiler.state.observed import MARKED, Observed, ObservedState, marks

_NOTHING = Observed(id="", fields={})
_ELSEWHERE = "something else takes the value there too"
Key = tuple[Address, str]
Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenBack:
    """The texts of files that change, by name; the fields that they now say, and the others."""

    texts: Texts
    written: tuple[Key, ...]
    unwritten: tuple[Unwritten, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a change is tried on: how files are compiled, and what the server holds.

    `stack` is the state that the files want as they are.
    """

    request: Request
    sources: Sources
    stack: DesiredState
    observed: ObservedState


def write_back(ground: Ground, actions: Iterable[Action]) -> WrittenBack:
    """The files with what has moved; `actions` are those of a plan of them."""
    trial = _Trial(ground)
    found = list(wishes(actions, trial.nodes))
    wished = [each for each in found if isinstance(each, Wish)]
    left = [each for each in found if isinstance(each, Unwritten)]
    if not trial.takes(wished):
        for wish in wished:
            reason = trial.take(wish)
            if reason is not None:
                left.append(reason)
    return WrittenBack(texts=trial.changed, written=tuple(trial.written), unwritten=tuple(left))


class _Trial:
    """The texts as they are so far; a change that does not do is not in them."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._manifests = _manifests(ground.request, ground.sources)
        names = (ground.sources.name(each.path) for each in self._manifests)
        lines = {name: ground.sources.lines(name) for name in names}
        self._first: Texts = {name: each.text for name, each in lines.items() if each is not None}
        self._texts = dict(self._first)
        self._before = compile_project(ground.request, self._sources(self._texts)).desired
        self._elsewhere = self._rendered(self._texts)
        self.written: list[Key] = []

    @property
    def nodes(self) -> Mapping[Span, Node]:
        """The entries of things as the files are, by the places of their names."""
        return dict(_entries(self._manifests))

    @property
    def changed(self) -> Texts:
        """The texts that are not as they were."""
        return {name: text for name, text in self._texts.items() if text != self._first[name]}

    def takes(self, wished: list[Wish]) -> bool:
        """Whether all of them can be written at once, which they then are."""
        try:
            made = [edit for wish in wished for edit in self._edits(wish)]
        except CannotEdit:
            return False
        texts = _with(self._texts, made)
        keys = [_key(each) for each in wished]
        if texts is None or self._against(texts, keys) is not None:
            return False
        self._texts, self.written = texts, keys
        return True

    def take(self, wish: Wish) -> Unwritten | None:
        """Write one of them; None if that did."""
        address, name = key = _key(wish)
        try:
            again = self._again(wish)
            texts = _with(self._texts, self._edits(again))
        except CannotEdit as error:
            return Unwritten(address, name, error.at, error.reason)
        against = _ELSEWHERE if texts is None else self._against(texts, [*self.written, key])
        if texts is None or against is not None:
            return Unwritten(address, name, wish.node.span, against or _ELSEWHERE)
        self._texts = texts
        self.written.append(key)
        return None

    def _again(self, wish: Wish) -> Wish:
        """The wish at its place in the texts as they are now, which earlier ones have moved."""
        if not self.written:
            return wish
        sources = self._sources(self._texts)
        nodes = dict(_entries(_manifests(self._ground.request, sources)))
        desired = compile_project(self._ground.request, sources).desired
        assert desired is not None
        names = {each.address: each.written_at for each in desired.resources}
        resource = replace(wish.resource, written_at=names[wish.resource.address])
        again = next(wishes((Update(resource, _NOTHING, (wish.change,)),), nodes), None)
        if not isinstance(again, Wish):
            raise CannotEdit(wish.node.span, "its place in the file is not known")
        return again

    def _edits(self, wish: Wish) -> list[Edit]:
        pages = Pages({name: Page(text, name) for name, text in self._texts.items()})
        return edits(wish.node, wish.was, wish.value, pages)

    def _against(self, texts: Texts, keys: list[Key]) -> str | None:
        """Why the texts will not do; None if they say these fields right and all else as before."""
        assert self._before is not None
        compiled = compile_project(self._ground.request, self._sources(texts))
        if compiled.desired is None:
            errors = (each for each in compiled.report if each.severity is Severity.ERROR)
            return next((f"then {each.message}" for each in errors), _ELSEWHERE)
        resources = compiled.desired.resources
        before = {each.address: each for each in self._before.resources}
        if [each.address for each in resources] != list(before):
            return _ELSEWHERE
        if self._rendered(texts) != self._elsewhere:
            return "another environment takes the value there too"
        fields = {address: {name for each, name in keys if each == address} for address, _ in keys}
        does = all(
            _is_same_but(before[each.address], each, fields.get(each.address, set()))
            and self._agrees(each, fields.get(each.address, set()))
            for each in resources
        )
        return None if does else _ELSEWHERE

    def _agrees(self, resource: Resource, names: set[str]) -> bool:
        """Whether what is left of a field's difference is the file's own doing."""
        if not names:
            return True
        ground = self._ground
        about = known(ground.stack.mark, resource, ground.observed)
        there = _marked(resource.address, ground.observed, ground.stack.mark)
        changes = compare(resource, there, about)
        return all(change.field not in names or change.cause is Cause.CHANGE for change in changes)

    def _rendered(self, texts: Texts) -> list[Json]:
        """What the files are in every other environment, of those that they have."""
        overlays = self._ground.request.overlays
        names: set[str | None] = {None}
        for each in self._manifests:
            found = each.draft.root.get("environments")
            names |= {name for name, _ in found} if isinstance(found, MappingNode) else set()
        others = sorted(names - {overlays.environment}, key=str)
        return [
            plain(one.root)
            for name in others
            for one in render_project(
                replace(self._ground.request, overlays=replace(overlays, environment=name)),
                self._sources(texts),
                Report(),
            )
        ]

    def _sources(self, texts: Texts) -> Sources:
        sources = Sources(self._ground.request.base)
        for name, text in texts.items():
            sources.give(Path(self._ground.request.base, name), text.encode())
        return sources


def _key(wish: Wish) -> Key:
    return wish.resource.address, wish.change.field


def _marked(address: Address, observed: ObservedState, mark: str) -> Observed:
    """A thing as it is, but for the stack's own tag, which no file gives."""
    thing = observed.things[address]
    if address.kind not in MARKED:
        return thing
    return replace(thing, fields={**thing.fields, "tags": marked(marks(address, thing), mark)})


def _is_same_but(before: Resource, after: Resource, names: set[str]) -> bool:
    """Whether two resources say the same, these fields aside."""
    kept = [
        {name: value for name, value in each.fields.items() if name not in names}
        for each in (before, after)
    ]
    bare = [replace(each, fields={}, needs=frozenset()) for each in (before, after)]
    return kept[0] == kept[1] and bare[0] == bare[1]


def _manifests(request: Request, sources: Sources) -> tuple[Manifest, ...]:
    return typed(render_project(request, sources, Report()), Report())


def _entries(manifests: Iterable[Manifest]) -> Iterator[tuple[Span, Node]]:
    for each in manifests:
        yield from ((one.at("name"), one.node) for one in each.deployments)
        for pool in each.work_pools:
            yield pool.at("name"), pool.node
            yield from ((one.at("name"), one.node) for one in queues_of(pool))
        yield from ((one.at("name"), one.node) for one in each.variables)
        yield from ((one.at("name"), one.node) for one in each.concurrency_limits)
        yield from ((one.at("tag"), one.node) for one in each.tag_limits)
        yield from ((one.at("name"), one.node) for one in each.blocks)
        yield from ((one.at("name"), one.node) for one in each.automations)


def _with(texts: Texts, made: list[Edit]) -> dict[str, str] | None:
    """The texts after edits; None where two of them are about the same place."""
    changed = dict(texts)
    for name in {edit.at.file for edit in made}:
        own = sorted((each for each in made if each.at.file == name), key=_place)
        if any(one.at.end > other.at.start for one, other in pairwise(own)):
            return None
        page = Page(texts[name], name)
        changed[name] = mended(page.lines, own)
    return changed


def _place(edit: Edit) -> Span:
    return edit.at
