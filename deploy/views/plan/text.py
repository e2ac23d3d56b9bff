"""A plan as a person reads it at a terminal.

~ deployment/etl/nightly
    parameters.rows: 1000 → 2000
    paused: false → true  (drift)
    ! 12 queued runs dropped, 3 kept

0 to create, 1 to change, 0 to delete; 5 unchanged
"""

from collections.abc import Iterator

from compiler.plan.document import ActionPart, ChangePart, NotePart, PlanDocument
from deploy.views.letters import broken, one_line, wrapped
from deploy.views.letters import width as columns_of
from deploy.views.plan import wording
from deploy.views.plan.lines import Line, limited, shape
from deploy.views.plan.novelty import described

_MOST = 40  # lines of one change
_ROOM = 120  # columns where there is no terminal
_NARROWEST = 20
_INDENT = "    "


def render(document: PlanDocument, width: int | None = None) -> str:
    """What would happen, an action a block, and how many of each.

    `width` is the terminal's columns; without one no line is broken.
    """
    steps = map(wording.step, document.steps)
    lines = [line for each in steps for line in wrapped(each, width, first="* ", rest=_INDENT)]
    lines += [line for action in document.actions for line in _action(action, document, width)]
    lines += [line for line in _awaited(document) for line in broken(line, width)]
    lines += [line for note in document.notes for line in _note(note, width)]
    foot = (
        wording.summary(document),
        wording.runs_first(document),
        wording.requests(document),
        wording.refused(document),
    )
    ends = [line for text in foot if text for line in wrapped(text, width, first="", rest="  ")]
    if _does_anything(document):  # in one piece: it is copied
        ends.insert(len(ends) - bool(foot[-1]), f"digest: {document.digest}")
    return "\n".join([*lines, "", *ends] if lines else ends) + "\n"


def _action(action: ActionPart, document: PlanDocument, width: int | None) -> Iterator[str]:
    why = wording.why(action, document.stack)
    note = f"  ({one_line(why)})" if why else ""
    head = f"{wording.address(action.address)}{note}"
    yield from wrapped(head, width, first=f"{wording.MARKS[action.action]} ", rest=_INDENT)
    for change in wording.told(action):
        if action.action == "create":
            lines = [_INDENT + line for line in described(change)]
        else:
            lines = list(_change(action, change, width))
        for line in lines:
            yield from broken(line, width)
    for effect in wording.effects(action.impact):
        yield from wrapped(effect, width, first=f"{_INDENT}! ", rest=f"{_INDENT}  ")


def _does_anything(document: PlanDocument) -> bool:
    """Whether an apply would do, or find out, anything."""
    return bool(document.actions or document.steps or document.known_after_build)


def _awaited(document: PlanDocument) -> Iterator[str]:
    for address, parts in wording.by_address(document.known_after_build).items():
        yield f"? {wording.address(address)}"
        yield from (f"{_INDENT}{wording.awaited(each)}" for each in parts)


def _note(note: NotePart, width: int | None) -> list[str]:
    about = "" if note.address is None else f"{wording.address(note.address)}: "
    return wrapped(about + note.text, width, first="note: ", rest="  ")


def _change(action: ActionPart, change: ChangePart, width: int | None) -> Iterator[str]:
    cause = wording.cause(action, change)
    note = f"  ({cause})" if cause else ""
    head = f"{_INDENT}{wording.path(change)}:"
    taken = columns_of(head) + columns_of(note) + 1
    shown = shape(change, max(_NARROWEST, (width or _ROOM) - taken))
    yield head + (f" {shown.inline}" if shown.inline is not None else "") + note
    yield from map(_line, limited(shown.lines, _MOST))


def _line(line: Line) -> str:
    return f"{_INDENT}  {line.mark} {'  ' * line.depth}{line.text}"
