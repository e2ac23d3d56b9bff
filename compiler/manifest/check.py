"""Is it a deployment file?  Its shape as it is written, its types when it is resolved."""

from pydantic import ValidationError

from compiler.diagnostics import Report
from compiler.manifest.flaw import without_flaws
from compiler.manifest.grammar import AS_WRITTEN
from compiler.manifest.model import Document
from compiler.source.nodes import Node, plain


def check_shape(root: Node, *, lenient: bool, report: Report) -> Node | None:
    """The document without what has no place in it; None when nothing is left.

    What the models take as it is written, the schema takes as well; only what they refuse is
    worth asking the schema about, which is slow and says exactly what is wrong.
    """
    try:
        Document.model_validate(plain(root), strict=True, context=AS_WRITTEN)
    except ValidationError:
        from compiler.manifest.complaints import shape_flaws  # noqa: PLC0415  # slow to import

        return without_flaws(root, shape_flaws, lenient=lenient, report=report)
    return root


def parse(root: Node, report: Report) -> tuple[Document, Node] | None:
    """The typed document, with the nodes that it was made from."""
    try:
        return Document.model_validate(plain(root)), root
    except ValidationError:
        from compiler.manifest.complaints import type_flaws  # noqa: PLC0415  # slow to import

        kept = without_flaws(root, type_flaws, lenient=False, report=report)
    return None if kept is None else (Document.model_validate(plain(kept)), kept)
