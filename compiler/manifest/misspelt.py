"""Keys that are not known, and those that are meant."""

from collections.abc import Collection, Iterator

from compiler.diagnostics import Fix
from compiler.diagnostics.spelling import nearest
from compiler.source.locate import Step
from compiler.source.mend import renamed
from compiler.source.nodes import Node


def misspelt(
    root: Node,
    path: tuple[Step, ...],
    written: Collection[str],
    known: Collection[str],
    *,
    cutoff: float = 0.6,
) -> Iterator[tuple[str, str | None, Fix | None]]:
    """The unknown ones of the keys `written` at `path`, each with the one that is meant.

    The fix puts a known key in once, and only where it is not there already.
    """
    taken: set[str] = set()
    for name in written:
        if name in known:
            continue
        near = next(iter(nearest(name, known, cutoff=cutoff)), None)
        is_free = near is not None and near not in taken
        yield name, near, renamed(root, (*path, name), near) if near and is_free else None
        taken |= {near} if near else set()
