"""Lay one tree over another; every value keeps the place where it was written."""

from collections.abc import Collection
from collections.abc import Mapping as Values

from compiler.source.nodes import Mapping, Node, Scalar, Sequence

SOURCES = ("$file", "$command", "$block", "$literal")
_SCHEDULES = ("schedule", "schedules")


def merge(base: Node, over: Node) -> Node:
    """`over` wins; mappings are merged key by key, all else is replaced.

    Replaced is also a value that says where it comes from, as `{$file: …}` does.
    """
    if _says_source(base) or _says_source(over):
        return over
    if not (isinstance(base, Mapping) and isinstance(over, Mapping)):
        return over
    entries = {str(key.value): (key, item) for key, item in base.entries}
    for key, item in over.entries:
        name = str(key.value)
        entries[name] = (key, merge(entries[name][1], item) if name in entries else item)
    return Mapping(tuple(entries.values()), over.span)


def _says_source(node: Node) -> bool:
    return isinstance(node, Mapping) and any(node.key(name) is not None for name in SOURCES)


def without(node: Mapping, names: Collection[str]) -> Mapping:
    """The mapping without these keys."""
    kept = tuple(entry for entry in node.entries if entry[0].value not in names)
    return node if len(kept) == len(node.entries) else Mapping(kept, node.span)


def replaced(node: Mapping, values: Values[str, Node]) -> Mapping:
    """The mapping with other values under keys that it has."""
    entries = tuple((key, values.get(str(key.value), item)) for key, item in node.entries)
    return Mapping(entries, node.span)


def with_entry(node: Mapping, name: str, value: Node) -> Mapping:
    """The mapping with a value under a key, in the key's place or, if it is new, at the end."""
    if node.key(name) is not None:
        return replaced(node, {name: value})
    return Mapping((*node.entries, (Scalar(name, value.span, name), value)), node.span)


def merge_defaults(outer: Mapping, inner: Mapping) -> Mapping:
    """Defaults, or a deployment, with more general ones laid under: tags are united."""
    general = _without_replaced(outer, inner)
    shared = {name: merge(item, own) for name, item in general if (own := inner.get(name))}
    common, own_tags = outer.get("tags"), inner.get("tags")
    if isinstance(common, Sequence) and isinstance(own_tags, Sequence):
        shared["tags"] = _united(common, own_tags)
    added = without(general, {str(key.value) for key, _ in inner.entries}).entries
    return Mapping((*replaced(inner, shared).entries, *added), inner.span)


def with_defaults(defaults: Node | None, deployments: Node | None) -> Node | None:
    """The deployments with `defaults` laid under each."""
    if not isinstance(defaults, Mapping) or not isinstance(deployments, Sequence):
        return deployments
    laid = (
        merge_defaults(defaults, each) if isinstance(each, Mapping) else each
        for each in deployments.items
    )
    return Sequence(tuple(laid), deployments.span)


def _without_replaced(defaults: Mapping, deployment: Mapping) -> Mapping:
    """The defaults without their schedules where the deployment has any, under either key."""
    if not any(deployment.key(name) for name in _SCHEDULES):
        return defaults
    return without(defaults, _SCHEDULES)


def _united(common: Sequence, own: Sequence) -> Sequence:
    seen = {item.value for item in common.items if isinstance(item, Scalar)}
    added = [item for item in own.items if not (isinstance(item, Scalar) and item.value in seen)]
    return Sequence((*common.items, *added), own.span)
