"""Lay one tree over another; every value keeps the place where it was written."""

from compiler.source.nodes import Mapping, Node, Scalar, Sequence

_SCHEDULES = ("schedule", "schedules")


def merge(base: Node, over: Node) -> Node:
    """`over` wins; mappings are merged key by key, all else is replaced."""
    if not (isinstance(base, Mapping) and isinstance(over, Mapping)):
        return over
    entries = {str(key.value): (key, item) for key, item in base.entries}
    for key, item in over.entries:
        name = str(key.value)
        entries[name] = (key, merge(entries[name][1], item) if name in entries else item)
    return Mapping(tuple(entries.values()), over.span)


def with_defaults(root: Node) -> Node:
    """The document with `defaults` laid under each deployment; tags are united."""
    if not isinstance(root, Mapping):
        return root
    defaults, deployments = root.get("defaults"), root.get("deployments")
    if not isinstance(defaults, Mapping) or not isinstance(deployments, Sequence):
        return root
    laid = tuple(_lay(defaults, deployment) for deployment in deployments.items)
    entries = tuple(
        (key, Sequence(laid, deployments.span) if key.value == "deployments" else item)
        for key, item in root.entries
    )
    return Mapping(entries, root.span)


def _lay(defaults: Mapping, deployment: Node) -> Node:
    if not isinstance(deployment, Mapping):
        return deployment
    laid = merge(_without_replaced(defaults, deployment), deployment)
    common, own = defaults.get("tags"), deployment.get("tags")
    if not (isinstance(laid, Mapping) and isinstance(common, Sequence)):
        return laid
    if not isinstance(own, Sequence):
        return laid
    tags = _united(common, own)
    entries = ((key, tags if key.value == "tags" else item) for key, item in laid.entries)
    return Mapping(tuple(entries), deployment.span)


def _without_replaced(defaults: Mapping, deployment: Mapping) -> Mapping:
    """The defaults without their schedules where the deployment has any, under either key."""
    if not any(deployment.key(name) for name in _SCHEDULES):
        return defaults
    kept = ((key, item) for key, item in defaults.entries if key.value not in _SCHEDULES)
    return Mapping(tuple(kept), defaults.span)


def _united(common: Sequence, own: Sequence) -> Sequence:
    seen = {item.value for item in common.items if isinstance(item, Scalar)}
    added = [item for item in own.items if not (isinstance(item, Scalar) and item.value in seen)]
    return Sequence((*common.items, *added), own.span)
