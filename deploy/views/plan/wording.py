"""The words that every format says of a plan: causes, runs, counts.  Pure; escapes nothing."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from compiler.plan.awaited import KNOWN_AFTER_BUILD as UNKNOWN
from compiler.plan.document import (
    ActionPart,
    AwaitedPart,
    ChangePart,
    PlanDocument,
    RunImpact,
    StepPart,
    Verb,
)
from deploy.views.letters import one_line
from deploy.views.plan.lines import spelled

MARKS: Mapping[Verb, str] = {
    "create": "+",
    "update": "~",
    "adopt": "=",
    "delete": "-",
    "protect": "=",
    "unprotect": "=",
}
_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::(?!00)\d\d)?)(?::00)?(?:\.\d+)?(?:Z|\+00:00)"
)
_PLAIN_PATH = re.compile(r"[^\W\d](?:[^\s:\"(]| (?![ +-]))*")
_NOBODYS = frozenset({"default of the server", "tag of the stack"})
_READ_ANYWAY = frozenset({"parameter_openapi_schema"})


def told(action: ActionPart) -> tuple[ChangePart, ...]:
    """The changes that a reader is told of: all but what a new thing has in any case.

    So are the server's defaults, the stack's own tag, and the schema that is read from a flow.
    """
    if action.action != "create":
        return action.changes
    return tuple(
        change
        for change in action.changes
        if change.after not in (None, {}, [])
        and change.field not in _READ_ANYWAY
        and change.reason not in _NOBODYS
    )


def cause(action: ActionPart, change: ChangePart) -> str:
    """Whose doing a difference is, where it is not simply what the files say."""
    match change.cause:
        case "change":
            return ""
        case "both":
            last = f": last applied {_short(change)}" if change.is_last_applied_known else ""
            return f"drift and change{last}"
        case "unknown":
            is_news = action.action == "update" and not action.is_adopted
            return "cause unknown" if is_news else ""
        case other:
            return other


def _short(change: ChangePart) -> str:
    text = spelled(change.last_applied)
    return text if len(text) <= 60 else text[:59] + "…"


def why(action: ActionPart, stack: str) -> str:
    """What is to be said of an action besides its address."""
    return "; ".join(_why(action, stack))


def _why(action: ActionPart, stack: str) -> Iterator[str]:
    match action.action:
        case "adopt":
            kept = "" if action.changes else ", unchanged"
            yield f"adopted into {stack!r}{kept}"
        case "delete":
            yield action.reason
        case "protect":
            yield "will be protected"
        case "unprotect":
            yield "protection is lifted"
        case "create" | "update":
            if action.is_adopted:
                yield "adopted"
    if action.renamed_from is not None:
        yield f"renamed from {action.renamed_from}"


def effects(impact: RunImpact | None) -> tuple[str, ...]:
    """What becomes of runs, a sentence a line."""
    if impact is None:
        return ()
    more = "more than " if impact.at_least else ""
    vanishing = _times(impact.vanishing, "vanish", impact.first_vanishing, more)
    appearing = _times(impact.appearing, "appear", impact.first_appearing, more)
    lines = (_queued(impact), vanishing, appearing, _active(impact))
    return tuple(filter(None, lines))


def _queued(impact: RunImpact) -> str:
    if not impact.dropped:
        return f"{number(impact.kept, 'queued run')} kept" if impact.kept else ""
    kept = f", {impact.kept} kept" if impact.kept else ""
    return f"{number(impact.dropped, 'queued run')} dropped{kept}"


def _times(count: int, verb: str, first: tuple[str, ...], more: str) -> str:
    if not count:
        return ""
    times = "1 fire time" if count == 1 else f"{count} fire times"
    verb = f"{verb}s" if count == 1 else verb
    since = f", first {moment(first[0])}" if first else ""
    return f"{more}{times} of the next 7 days {verb}{since}"


def _active(impact: RunImpact) -> str:
    if not impact.active:
        return ""
    return "1 run is under way" if impact.active == 1 else f"{impact.active} runs are under way"


def moment(time: str) -> str:
    """A time as people write it: `2026-11-25 02:00 UTC`."""
    found = _MOMENT.fullmatch(time)
    return f"{found[1]} {found[2]} UTC" if found else one_line(time)


def number(count: int, noun: str) -> str:
    """`1 run`, `2 runs`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def summary(document: PlanDocument) -> str:
    """The counts in one line."""
    counts = document.counts
    adopted = f"{counts.adopt} to adopt, " if counts.adopt else ""
    protected = f"{counts.protect} to protect, " if counts.protect else ""
    unknown = f"{counts.known_after_build} known after build, " if counts.known_after_build else ""
    return (
        f"{counts.create} to create, {counts.update} to change, {adopted}{protected}"
        f"{counts.delete} to delete; {unknown}{counts.unchanged} unchanged"
    )


def runs_first(document: PlanDocument) -> str:
    """That steps run before anything is written; nothing where there are none."""
    if not document.steps:
        return ""
    return f"an apply runs {number(len(document.steps), 'step')} before it writes anything"


def step(part: StepPart) -> str:
    """A step in a line: what it is, and how much comes after it."""
    one = len(part.users) == 1
    users = address(part.users[0]) if one else number(len(part.users), "thing")
    name = "" if part.function.endswith(f".{part.name}") else f"{part.name}: "
    return one_line(f"{name}{part.function}  ({part.section}, for {users})")


def awaited(part: AwaitedPart) -> str:
    """A value that steps will make known."""
    shown = spelled(part.before)
    before = shown if len(shown) <= 60 else shown[:59] + "…"
    return (
        f"{plain(part.path, is_plain=bool(_PLAIN_PATH.fullmatch(part.path)))}: {before} → {UNKNOWN}"
    )


def by_address(parts: Iterable[AwaitedPart]) -> Mapping[str, list[AwaitedPart]]:
    """Values that steps will make known, by the thing that they are of."""
    found: dict[str, list[AwaitedPart]] = {}
    for part in parts:
        found.setdefault(part.address, []).append(part)
    return found


def requests(document: PlanDocument) -> str:
    """How many requests an apply makes; nothing where that was not counted."""
    made = document.requests
    if made is None:
        return ""
    total = made.writes + made.housekeeping + made.reads
    if total == 0:
        return ""
    return (
        f"an apply makes {number(total, 'request')}: {number(made.writes, 'write')}, "
        f"{made.housekeeping} for housekeeping, {number(made.reads, 'read')}"
    )


def refused(document: PlanDocument) -> str:
    """That the plan may not be applied, and by which findings."""
    if document.is_applicable:
        return ""
    codes = dict.fromkeys(each.code for each in document.findings if each.severity == "error")
    return f"refused: {', '.join(codes)}" if codes else "refused"


def path(change: ChangePart) -> str:
    """The path of a change; as a JSON text where it would not be told from what stands after it."""
    return plain(change.path, is_plain=_PLAIN_PATH.fullmatch(change.path) is not None)


def address(text: str) -> str:
    """An address; as a JSON text where it would not be told from what stands after it."""
    return plain(text, is_plain="  " not in text and not text.startswith('"'))


def plain(text: str, *, is_plain: bool) -> str:
    """A name as it is, or spelled out in ASCII."""
    if is_plain and text.isprintable() and text == text.strip():
        return text
    return json_text(text)


def json_text(text: str) -> str:
    """A text in quotes, with nothing in it that is not printable."""
    return json.dumps(text)
