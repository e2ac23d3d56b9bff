"""A step of a plan as HTML: its line, and below it what changes.  All text is escaped."""

import html
from collections.abc import Iterator

from compiler.plan.document import ActionPart, ChangePart, RunImpact
from compiler.plan.part import Place
from deploy.views.letters import one_line
from deploy.views.plan import wording
from deploy.views.plan.lines import Line, Shape, limited, shape, spelled
from deploy.views.plan.novelty import described

_MOST = 400  # lines of one change
_ROOM = 88  # columns of a change in one line
CAUSES = {
    "change": "change",
    "drift": "drift",
    "both": "drift and change",
    "left the file": "left the file",
    "unknown": "cause unknown",
}
_CLASSES = {"+": "come", "-": "gone", "~": "both", " ": "same", "…": "fold"}


def escaped(text: str) -> str:
    """The text as it may stand between tags and in quotes; no control gets through."""
    return html.escape(one_line(text))


def step(action: ActionPart, stack: str, *, is_open: bool) -> str:
    """A step: what can be filtered by is in its attributes."""
    changes = wording.told(action)
    inside = "".join([*_place(action), *(_change(action, each) for each in changes)])
    effects = _effects(action.impact)
    head = "".join(_head(action, stack))
    causes = "|".join(sorted({each.cause for each in changes}))
    attributes = (
        f'class="step {action.action}" data-action="{action.action}"'
        f' data-kind="{escaped(action.kind)}" data-causes="{causes}"'
        f' data-address="{escaped(wording.address(action.address))}"'
    )
    opened = " open" if is_open else ""
    return (
        f"<details {attributes}{opened}><summary>{head}</summary>"
        f'<div class="inside">{effects}{inside}</div></details>'
    )


def _head(action: ActionPart, stack: str) -> Iterator[str]:
    mark = wording.MARKS[action.action].replace("-", "−")
    yield f'<span class="mark" aria-hidden="true">{mark}</span>'
    yield f'<span class="name"><span class="unseen">{action.action} </span>{_address(action)}'
    if why := wording.why(action, stack):
        yield f' <span class="why">{escaped(why)}</span>'
    yield "</span>"
    tags = "".join(_tags(action))
    if tags:
        yield f'<span class="tags">{tags}</span>'


def _address(action: ActionPart) -> str:
    kind, slash, name = wording.address(action.address).partition("/")
    return f'<span class="kind">{escaped(kind + slash)}</span><b>{escaped(name)}</b>'


def _tags(action: ActionPart) -> Iterator[str]:
    """What can be seen of a step that is folded: how much changes, by whom, and lost runs."""
    changes = wording.told(action)
    if changes and action.action != "create":
        yield f'<span class="tag">{wording.number(len(changes), "change")}</span>'
        for cause in dict.fromkeys(each.cause for each in changes if wording.cause(action, each)):
            yield _cause_tag(cause, CAUSES[cause])
    impact = action.impact
    if impact is not None and impact.dropped:
        dropped = wording.number(impact.dropped, "run")
        yield f'<span class="tag runs">{dropped} dropped</span>'
    if impact is not None and impact.active:
        yield f'<span class="tag runs">{impact.active} under way</span>'


def _cause_tag(cause: str, text: str) -> str:
    return f'<span class="tag cause {cause.replace(" ", "-")}">{escaped(text)}</span>'


def _effects(impact: RunImpact | None) -> str:
    lines = "".join(f"<li>{escaped(effect)}</li>" for effect in wording.effects(impact))
    return f'<ul class="effects" aria-label="What becomes of runs">{lines}</ul>' if lines else ""


def _place(action: ActionPart) -> Iterator[str]:
    parts = [_at(action.at)] if action.at is not None else []
    if action.id is not None:
        parts.append(f'id <code class="id">{escaped(action.id)}</code>')
    if parts:
        yield f'<p class="where">{" · ".join(parts)}</p>'


def _at(place: Place) -> str:
    return f"<code>{escaped(f'{place.file}:{place.line}:{place.column}')}</code>"


def _change(action: ActionPart, change: ChangePart) -> str:
    path = escaped(wording.path(change))
    cause = wording.cause(action, change)
    tag = f" {_cause_tag(change.cause, cause)}" if cause else ""
    is_new = action.action == "create"
    reason = "" if change.reason == "written in the file" else escaped(change.reason)
    at = "" if change.at is None or is_new else _at(change.at)
    aside = " · ".join(filter(None, [reason, at]))
    aside = f'<p class="where">{aside}</p>' if aside else ""
    return (
        f'<div class="change" data-path="{path}"><p class="path"><code>{path}</code>{tag}</p>'
        f'<div class="what">{_what(change, is_new=is_new)}{aside}</div></div>'
    )


def _what(change: ChangePart, *, is_new: bool) -> str:
    if is_new and change.field == "schedules":
        lines = (line.removeprefix("schedule: ") for line in described(change))
        return "".join(f'<p class="sides"><ins>{escaped(line)}</ins></p>' for line in lines)
    shown = shape(change, _ROOM)
    return _block(shown) if shown.inline is None else _sides(change)


def _sides(change: ChangePart) -> str:
    before, after = escaped(spelled(change.before)), escaped(spelled(change.after))
    gone, come = f"<del>{before}</del>", f"<ins>{after}</ins>"
    both = f'{gone} <span class="to">→</span> {come}'
    shown = {"added": come, "removed": gone, "changed": both}[change.how]
    return f'<p class="sides">{shown}</p>'


def _block(shown: Shape) -> str:
    lines = "".join(map(_line, limited(shown.lines, _MOST)))
    return f'<pre tabindex="0">{lines}</pre>'


def _line(line: Line) -> str:
    """One line; its mark is a part of the text, so that it is copied and heard too."""
    indent = "  " * line.depth
    text = f"{line.mark} {indent}{line.text}"
    return f'<span class="{_CLASSES[line.mark]}">{escaped(text)}\n</span>'
