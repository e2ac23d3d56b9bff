"""What became of an apply that never said how it ended, in two lines.  Pure."""

from compiler.diff.unfinished import Unfinished
from deploy.views.history import when
from deploy.views.letters import one_line

_SHORT = 8  # letters of a commit
_MOST = 5  # names


def render(found: Unfinished) -> str:
    """Whose it was, and how much of it is there.

    It may still be under way on another machine: that a run is dead nobody can tell it.
    """
    apply = found.apply
    commit = f" from commit {apply.commit[:_SHORT]}" if apply.commit else ""
    head = f"an apply by {apply.who}, started at {when(apply.at)} UTC{commit}, did not end"
    planned = len(found.as_wanted) + len(found.not_yet)
    if not planned:
        return one_line(head)
    lines = [f"{head}: {len(found.as_wanted)} of {planned} things are as it wanted"]
    if found.not_yet:
        names = ", ".join(map(str, found.not_yet[:_MOST]))
        more = len(found.not_yet) - _MOST
        lines.append(f"not yet: {names}" + (f" and {more} more" if more > 0 else ""))
    return "\n".join(map(one_line, lines))
