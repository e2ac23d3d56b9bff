"""What environments and `--set` say, laid over the files that it is about.

Deployments and other things are found by name, in whichever of the files they stand.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from collections.abc import Sequence as Listed
from pathlib import Path

from compiler.diagnostics import Label, Report, Span
from compiler.diagnostics.pages import ambiguous_overlay, overlay_of_nothing
from compiler.diagnostics.spelling import nearest
from compiler.environment.overlay import merge, with_entry, without
from compiler.manifest.draft import Draft
from compiler.source.nodes import Mapping, Node, Scalar, Sequence

_LISTS = {  # what one thing in a list is called, and the key that it is known by
    "deployments": ("deployment", "name"),
    "work_pools": ("work pool", "name"),
    "variables": ("variable", "name"),
    "concurrency_limits": ("concurrency limit", "name"),
    "tag_limits": ("tag limit", "tag"),
    "blocks": ("block", "name"),
    "automations": ("automation", "name"),
}
_ALSO_KNOWN_BY = {"blocks": ("type",)}
_OF_ENVIRONMENTS = ("vars", "name_prefix", "server")
_Place = tuple[Path, int]


class Layers:
    """The files' own parts, with more and more laid over them."""

    def __init__(self, drafts: tuple[Draft, ...], report: Report) -> None:
        self._report = report
        self._roots = {draft.path: draft.root for draft in drafts}
        self._things = {
            (draft.path, name): list(_items(draft.root.get(name)))
            for draft in drafts
            for name in _LISTS
        }
        self._places: dict[str, dict[str, list[_Place]]] = {
            name: defaultdict(list) for name in _LISTS
        }
        for (path, name), things in self._things.items():
            for at, thing in enumerate(things):
                self._places[name][_name(thing, name)].append((path, at))

    def of(self, draft: Draft) -> Mapping:
        """The file as it is with everything laid over it so far."""
        root = self._roots[draft.path]
        for name in _LISTS:
            old, things = root.get(name), self._things[draft.path, name]
            if things or old is not None:
                span = root.span if old is None else old.span
                root = with_entry(root, name, Sequence(tuple(things), span))
        return root

    def lay(self, layer: Mapping, *, over: Collection[Path], at: Listed[Path], adds: bool) -> None:
        """Lay an environment, or a setting, over files.

        Its lists are of things in any file of `over`, all else is laid over the files
        `at`; where `adds` is true, a thing that is not there yet is added to the first of them.
        """
        own = without(layer, (*_LISTS, *_OF_ENVIRONMENTS))
        for path in at:
            merged = merge(self._roots[path], own)
            assert isinstance(merged, Mapping)
            self._roots[path] = Mapping(merged.entries, self._roots[path].span)
        for name in _LISTS:
            for entry in _items(layer.get(name)):
                if isinstance(entry, Mapping):
                    self._place(name, entry, over=over, home=at[0] if adds and at else None)

    def _place(
        self, name: str, entry: Mapping, *, over: Collection[Path], home: Path | None
    ) -> None:
        found = self._meant(name, entry, over)
        if len(found) > 1:
            found = [one for one in found if _is_of_flow(entry, self._thing(name, one))]
        if len(found) == 1:
            path, at = found[0]
            self._things[path, name][at] = _merged(self._thing(name, found[0]), entry, name)
        elif found:
            self._refuse_several(entry, [self._thing(name, one).span for one in found])
        elif home is not None and (name != "deployments" or _is_complete(entry)):
            things = self._things[home, name]
            self._places[name][_name(entry, name)].append((home, len(things)))
            things.append(entry)
        else:
            self._refuse_unknown(name, entry)

    def _meant(self, name: str, entry: Mapping, over: Collection[Path]) -> list[_Place]:
        """Things whose name, or `flow/name`, an entry has."""
        written = _name(entry, name)
        flow, _, rest = written.rpartition("/")
        return [
            one
            for key in dict.fromkeys((written, rest))
            for one in self._places[name].get(key, ())
            if one[0] in over and (key == written or flow in _flows_of(self._thing(name, one)))
        ]

    def _thing(self, name: str, place: _Place) -> Node:
        path, at = place
        return self._things[path, name][at]

    def _refuse_several(self, entry: Mapping, places: list[Span]) -> None:
        self._report.add(
            ambiguous_overlay.RULE,
            f"{_text(entry, 'name')!r} is the name of several deployments",
            _span(entry, "name"),
            hint="say which: write its flow in front of the name, as in 'flow/name'",
            related=[Label(place, "one is here") for place in places],
        )

    def _refuse_unknown(self, name: str, entry: Mapping) -> None:
        what, key = _LISTS[name]
        written = _name(entry, name)
        near = nearest(written, self._places[name])
        self._report.add(
            overlay_of_nothing.RULE,
            f"there is no {what} {written!r} to lay this over",
            _span(entry, key),
            hint=f"did you mean {near[0]!r}?" if near else _needed(name),
        )


def _needed(name: str) -> str:
    needed = "a new one needs an 'entrypoint'"
    return needed if name == "deployments" else f"write it under {name!r}"


def _merged(base: Node, entry: Mapping, name: str) -> Node:
    """A thing with what an environment says of it; its name and its flow stay."""
    merged = merge(base, without(entry, (_LISTS[name][1], *_ALSO_KNOWN_BY.get(name, ()))))
    queues = entry.get("work_queues")
    if isinstance(base, Mapping) and isinstance(merged, Mapping) and isinstance(queues, Sequence):
        return with_entry(merged, "work_queues", _by_name(base.get("work_queues"), queues))
    return merged


def _by_name(base: Node | None, over: Sequence) -> Sequence:
    """A list of named things with another laid over it."""
    items = {_text(item, "name"): item for item in _items(base)}
    for entry in over.items:
        name = _text(entry, "name")
        items[name] = merge(items[name], entry) if name in items else entry
    return Sequence(tuple(items.values()), over.span)


def _name(thing: Node, name: str) -> str:
    """What a thing in the list `name` is known by; a block by `type/name`."""
    keys = (*_ALSO_KNOWN_BY.get(name, ()), _LISTS[name][1])
    return "/".join(_text(thing, key) for key in keys)


def _is_of_flow(entry: Mapping, thing: Node) -> bool:
    """Whether a thing is of the flow and entrypoint that an entry names, if it names one."""
    entrypoint, flow = _text(entry, "entrypoint"), _text(entry, "flow_name")
    return (not entrypoint or entrypoint == _text(thing, "entrypoint")) and (
        not flow or flow in _flows_of(thing)
    )


def _flows_of(item: Node) -> Iterator[str]:
    """What a deployment's flow may be called: as declared, as its function, or by its name."""
    yield _text(item, "flow_name")
    function = re.split(r"[.:]", _text(item, "entrypoint"))[-1]
    yield from (function, function.replace("_", "-"))


def _is_complete(entry: Mapping) -> bool:
    """Whether it could be a deployment of its own."""
    return entry.get("entrypoint") is not None or entry.get("flow_name") is not None


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, Sequence) else ()


def _text(node: Node, name: str) -> str:
    value = node.get(name) if isinstance(node, Mapping) else None
    return str(value.value) if isinstance(value, Scalar) and value.value is not None else ""


def _span(node: Mapping, name: str) -> Span:
    value = node.get(name)
    return node.span if value is None else value.span
