"""A document as it may be shown: what templates give to blocks is not said."""

from compiler.desired.block_secrets import KNOWN
from compiler.environment.overlay import replaced
from compiler.source.nodes import Mapping, Node, Scalar, Sequence

_SECRET = "(secret)"  # noqa: S105  # what is shown instead of one


def untold(root: Mapping) -> Mapping:
    """The document with the templates in the data of blocks as they are written.

    A text in the place of a known secret is not shown either.
    """
    listed = root.get("blocks")
    if not isinstance(listed, Sequence):
        return root
    items = tuple(map(_block, listed.items))
    return replaced(root, {"blocks": Sequence(items, listed.span)})


def _block(block: Node) -> Node:
    data = block.get("data") if isinstance(block, Mapping) else None
    if not isinstance(block, Mapping) or not isinstance(data, Mapping):
        return block
    kind = block.get("type")
    secret = KNOWN.get(str(kind.value), frozenset()) if isinstance(kind, Scalar) else frozenset()
    values = {name: _as_written(item, is_secret=name in secret) for name, item in data}
    return replaced(block, {"data": replaced(data, values)})


def _as_written(node: Node, *, is_secret: bool) -> Node:
    match node:
        case Scalar() if "{{" in node.text:
            return Scalar(node.text, node.span, node.text, node.via)
        case Scalar(value) if is_secret and value is not None:
            return Scalar(_SECRET, node.span, _SECRET)
        case Scalar():
            return node
        case Sequence(items, span):
            inner = tuple(_as_written(item, is_secret=is_secret) for item in items)
            return Sequence(inner, span)
        case Mapping():
            hides = is_secret and not any(name.startswith("$") for name, _ in node)
            return replaced(node, {name: _as_written(item, is_secret=hides) for name, item in node})
