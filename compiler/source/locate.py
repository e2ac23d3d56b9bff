"""From a validator's path to the place in the file."""

from collections.abc import Sequence as Path

from compiler.diagnostics import Span
from compiler.source.nodes import Mapping, Node, Sequence

Step = str | int


def node_at(root: Node, path: Path[Step]) -> Node | None:
    """The node that `path` leads to, or None where the document has no such place."""
    node: Node | None = root
    for step in path:
        if node is None:
            return None
        node = _inside(node, step)
    return node


def span_of(root: Node, path: Path[Step]) -> Span:
    """Span of the value at `path`, or of the nearest value around it that exists."""
    node = root
    for step in path:
        inside = _inside(node, step)
        if inside is None:
            break
        node = inside
    return node.span


def _inside(node: Node, step: Step) -> Node | None:
    if isinstance(node, Mapping):
        return node.get(str(step))
    if isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
        return node.items[step]
    return None


def key_span(root: Node, path: Path[Step]) -> Span:
    """Span of the key that `path` ends in; of its value where it is no key."""
    around = node_at(root, path[:-1]) if path else None
    if isinstance(around, Mapping) and (key := around.key(str(path[-1]))) is not None:
        return key.span
    return span_of(root, path)
