"""Resolved files as YAML.  Pure: value to text."""

from collections.abc import Sequence

from compiler.manifest.read import Resolved
from compiler.source.nodes import Node, Scalar
from compiler.source.sources import Sources
from compiler.source.yaml_writer import write


def render_documents(resolved: Sequence[Resolved], sources: Sources, *, origins: bool) -> str:
    """A YAML document for each file; a name above each where there are several."""
    texts = [write(one.root, _origin if origins else _nothing).rstrip("\n") for one in resolved]
    if len(texts) == 1:
        return texts[0]
    names = [sources.name(one.draft.path) for one in resolved]
    return "\n".join(f"---  # {name}\n{text}" for name, text in zip(names, texts, strict=True))


def _origin(node: Node) -> str:
    via = node.via if isinstance(node, Scalar) else ()
    return " ← ".join(str(span) for span in (node.span, *via))


def _nothing(node: Node) -> str:
    del node
    return ""
