"""A plan as a comment on a pull request: of any size cut to what the site takes.

What comes from users stands in fences, or in `<code>` or prose whose every sign is an HTML
entity: it can neither end what it stands in, nor be a link, a mention or a tag.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from compiler.plan.document import ActionPart, ChangePart, NotePart, PlanDocument, RefusalPart, Verb
from deploy.views.letters import one_line
from deploy.views.plan import wording
from deploy.views.plan.lines import Line, limited, shape, spelled
from deploy.views.plan.novelty import described

GITHUB = 65_536  # characters of a comment
GITLAB = 1_000_000
_GAP = "\n\n"
_MOST = 40  # lines of one change
_ROOM = 100  # columns of a diff
_NARROWEST = 20
_NAME = 80  # characters of a name in the heading
_MARKS = {"~": "!", "…": " "}  # what a diff has for them
_VERBS: Mapping[Verb, str] = {
    "create": "to create",
    "update": "to change",
    "adopt": "to adopt",
    "delete": "to delete",
    "protect": "to protect",
    "unprotect": "to unprotect",
}
_SIGNS = re.compile(r"[!-+<-@[-`{-~_]")  # all ASCII signs but , - . / : ;
_REFERENCE = re.compile(r"([@#!~$%&^])(?=\w)")
_CAUSES = {
    "drift": "drift",
    "both": "drift and change",
    "left the file": "left the file",
    "unknown": "of unknown cause",
}
_UNSEEN = "\u200b"  # keeps a site from making a mention or a reference of what follows
_LEFT_OUT = 300  # characters that are kept for saying what is left out


def render(document: PlanDocument, limit: int = GITHUB) -> str:
    """Counts, findings, a block a step, the digest.

    `limit` is in characters, and at least 1,000.  A larger plan is cut at the borders of its
    steps: first their details are left out, then the last of them, and both are counted.
    """
    heading = f"## Plan: {wording.summary(document)}"
    foot = f"<sub>Digest <code>{document.digest}</code></sub>"
    room = limit - len(heading) - len(foot) - _LEFT_OUT
    before = [*_about(document), *map(_finding, document.findings), *_first(document)]
    head = _within(before, room // 3, "findings")
    after = [*_awaited(document), *map(_note, document.notes), *_requests(document)]
    notes = _within(after, room // 6, "notes")
    room -= sum(len(block + _GAP) for block in (*head, *notes))
    steps = _steps(document.actions, document.stack, room)
    return _GAP.join([heading, *head, *steps, *notes, foot]) + "\n"


def _about(document: PlanDocument) -> Iterator[str]:
    origin = document.origin
    named = {
        "stack": document.stack,
        "environment": origin.environment,
        "server": document.server,
        "commit": document.commit,
    }
    yield " · ".join(f"{what} {_code(_short(name))}" for what, name in named.items() if name)
    if refused := wording.refused(document):
        yield f"> [!CAUTION]\n> This plan is {_prose(_short(refused))}"


def _finding(finding: RefusalPart) -> str:
    place = finding.at
    at = "" if place is None else f" {_code(f'{place.file}:{place.line}:{place.column}')}"
    hint = f" *hint: {_prose(finding.hint)}*" if finding.hint else ""
    head = f"- **{_prose(finding.code)} {finding.severity}**{at}"
    return f"{head} {_prose(finding.message)}{hint}"


def _note(note: NotePart) -> str:
    about = "" if note.address is None else f"{_code(wording.address(note.address))} "
    return f"- note: {about}{_prose(note.text)}"


def _first(document: PlanDocument) -> Iterator[str]:
    """The steps that run before anything is written."""
    if document.steps:
        text = wording.runs_first(document)
        lines = (f"1. {_code(_short(wording.step(each)))}" for each in document.steps)
        yield "\n".join([f"{text[:1].upper()}{text[1:]}:", "", *lines])


def _awaited(document: PlanDocument) -> Iterator[str]:
    for address, parts in wording.by_address(document.known_after_build).items():
        lines = (f"  - {_code(wording.awaited(each))}" for each in parts)
        yield "\n".join([f"- **?** {_code(wording.address(address))}", *lines])


def _requests(document: PlanDocument) -> Iterator[str]:
    if made := wording.requests(document):
        yield made[:1].upper() + made[1:] + "."


def _within(blocks: Sequence[str], room: int, noun: str) -> list[str]:
    """As many of the first blocks as there is room for, and how many more there are."""
    over = f"*{len(blocks)} more {noun} are left out here.*"
    kept = _fitting(blocks, room - len(over + _GAP))
    if kept == len(blocks):
        return list(blocks)
    left = f"*{len(blocks) - kept} more {noun} are left out here.*"
    return [*blocks[:kept], *([left] if room > len(left) else [])]


def _fitting(blocks: Sequence[str], room: int) -> int:
    """How many of the first blocks there is room for."""
    for number, block in enumerate(blocks):
        room -= len(block + _GAP)
        if room < 0:
            return number
    return len(blocks)


def _steps(actions: Sequence[ActionPart], stack: str, room: int) -> Iterator[str]:
    """Every step in one line as far as there is room; then details as far as there is room."""
    briefs = [f"- {_title(action, stack)}" for action in actions]
    kept = _fitting(briefs, room)
    room -= sum(len(brief + _GAP) for brief in briefs[:kept])
    folded = 0
    for action, brief in zip(actions[:kept], briefs, strict=False):
        whole = _whole(action, stack)
        more = len(whole) - len(brief)
        if not whole:
            yield brief
        elif more > room:
            folded += 1
            yield brief
        else:
            room -= more
            yield whole
    yield from _left_out(actions[kept:], folded)


def _left_out(actions: Sequence[ActionPart], folded: int) -> Iterator[str]:
    if actions:
        number = Counter(action.action for action in actions)
        counts = ", ".join(
            f"{number[verb]} {what}" for verb, what in _VERBS.items() if number[verb]
        )
        yield f"*{wording.number(len(actions), 'more step')} left out here: {counts}.*"
    if folded:
        yield f"*The details of {wording.number(folded, 'step')} are left out here.*"


def _title(action: ActionPart, stack: str) -> str:
    """A step in one line: what, whose doing, what becomes of runs."""
    head = f"<b>{wording.MARKS[action.action]}</b> {_code(wording.address(action.address))}"
    if why := wording.why(action, stack):
        head += f" ({_prose(why)})"
    return " · ".join([head, *_changes(action), *map(_prose, wording.effects(action.impact))])


def _changes(action: ActionPart) -> Iterator[str]:
    """How many changes, and how many of them are not the files' doing."""
    changes = wording.told(action)
    if action.action == "create" or not changes:
        return
    odd = Counter(change.cause for change in changes if wording.cause(action, change))
    causes = ", ".join(f"{count} {_CAUSES[cause]}" for cause, count in odd.items())
    yield wording.number(len(changes), "change") + (f" ({causes})" if causes else "")


def _whole(action: ActionPart, stack: str) -> str:
    """A step with its changes, folded; nothing where it has none."""
    lines = [line for part in wording.told(action) for line in _change(action, part)]
    if not lines:
        return ""
    text = "\n".join(lines)
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    summary = f"<details><summary>{_title(action, stack)}</summary>"
    return f"{summary}\n\n{fence}diff\n{text}\n{fence}\n\n</details>"


def _change(action: ActionPart, change: ChangePart) -> Iterator[str]:
    """Lines of a diff: a path after its mark, and below it, indented, what differs."""
    if action.action == "create":
        yield from (f"+ {line}" for line in described(change))
        return
    cause = wording.cause(action, change)
    note = f"  ({cause})" if cause else ""
    path = wording.path(change)
    room = max(_NARROWEST, _ROOM - len(path) - len(note))
    shown = shape(change, room)
    mark = {"added": "+", "removed": "-", "changed": "!"}[change.how]
    if shown.inline is not None:
        text = (
            shown.inline
            if change.how == "changed"
            else spelled(change.after if change.how == "added" else change.before)
        )
        yield f"{mark} {path}: {text}{note}"
    else:
        yield f"{mark} {path}:{note}"
        yield from map(_line, limited(shown.lines, _MOST))


def _line(line: Line) -> str:
    folded = "… " if line.mark == "…" else ""
    return f"{_MARKS.get(line.mark, line.mark)}   {'  ' * line.depth}{folded}{line.text}"


def _code(text: str) -> str:
    return f"<code>{_signs(one_line(text))}</code>"


def _prose(text: str) -> str:
    """A sentence as it is, in Markdown and in HTML."""
    return _signs(_REFERENCE.sub(rf"\1{_UNSEEN}", one_line(text)))


def _signs(text: str) -> str:
    """The text with every ASCII sign, and `_`, as an entity."""
    return _SIGNS.sub(lambda found: f"&#{ord(found[0])};", text)


def _short(text: str) -> str:
    return text if len(text) <= _NAME else text[: _NAME - 1] + "…"
