"""A prefix in front of the names of everything that a stack makes, for environments that
share a server.
"""

from collections.abc import Set as AbstractSet

from compiler.environment.overlay import replaced
from compiler.source.nodes import Mapping, Node, Scalar, Sequence


def with_prefix(root: Mapping, prefix: str, pools: AbstractSet[str]) -> Mapping:
    """The file with `prefix` before the names of its deployments, pools and automations.

    `pools` are the names of all pools that the stack makes; deployments that run in them follow.
    """
    if not prefix:
        return root
    values: dict[str, Node] = {}
    for name in ("deployments", "work_pools", "automations"):
        listed = root.get(name)
        if isinstance(listed, Sequence):
            items = tuple(_thing(item, prefix, pools) for item in listed.items)
            values[name] = Sequence(items, listed.span)
    return replaced(root, values)


def _thing(item: Node, prefix: str, pools: AbstractSet[str]) -> Node:
    if not isinstance(item, Mapping):
        return item
    values: dict[str, Node] = {}
    name, pool = item.get("name"), item.get("work_pool")
    if name is not None:
        values["name"] = _prefixed(name, prefix)
    earlier = item.get("renamed_from")
    if isinstance(earlier, Scalar) and isinstance(earlier.value, str):
        flow, slash, last = earlier.value.rpartition("/")
        text = f"{flow}{slash}{prefix}{last}"
        values["renamed_from"] = Scalar(text, earlier.span, earlier.text, earlier.via)
    used = pool.get("name") if isinstance(pool, Mapping) else None
    if isinstance(pool, Mapping) and isinstance(used, Scalar) and used.value in pools:
        values["work_pool"] = replaced(pool, {"name": _prefixed(used, prefix)})
    return replaced(item, values)


def _prefixed(name: Node, prefix: str) -> Node:
    if isinstance(name, Scalar) and isinstance(name.value, str):
        return Scalar(prefix + name.value, name.span, name.text, name.via)
    return name
