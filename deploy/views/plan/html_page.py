"""A plan as one page that needs nothing else: no request leaves it, and no text of a user runs.

Its style and its program are `page.css` and `page.js`; the browser is told their hashes, and to
run and load nothing besides.
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib.resources import files

from compiler.plan.document import ActionPart, NotePart, PlanDocument, RefusalPart
from deploy.views.plan import wording
from deploy.views.plan.html_step import CAUSES, escaped, step

_FEW = 25  # steps that are all open at first
_VERBS = {
    "create": "create",
    "update": "change",
    "adopt": "adopt",
    "delete": "delete",
    "protect": "protect",
    "unprotect": "unprotect",
}


def render(document: PlanDocument) -> str:
    """The page; it can be read without its program too, which only filters and folds."""
    style, program = _resource("page.css"), _resource("page.js")
    return "".join(
        [
            "<!doctype html>\n",
            '<html lang="en">\n<head>\n',
            *_head(document, _policy(style, program)),
            f"<style>{style}</style>\n</head>\n<body>\n",
            *_body(document),
            f"<script>{program}</script>\n</body>\n</html>\n",
        ]
    )


def _resource(name: str) -> str:
    return files("deploy.views.plan").joinpath(name).read_text(encoding="utf-8")


def _policy(style: str, program: str) -> str:
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(program)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _head(document: PlanDocument, policy: str) -> Iterator[str]:
    yield '<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield '<meta name="color-scheme" content="light dark">\n'
    yield '<meta name="referrer" content="no-referrer">\n<link rel="icon" href="data:,">\n'
    yield f"<title>Plan of {escaped(document.stack)}</title>\n"


def _body(document: PlanDocument) -> Iterator[str]:
    yield '<header class="top">\n'
    yield f'<p class="eyebrow">Plan</p>\n<h1>{escaped(document.stack)}</h1>\n'
    yield f'<ul class="counts">{"".join(_counts(document))}</ul>\n'
    yield f'<dl class="about">{"".join(_about(document))}</dl>\n'
    yield '<button id="theme" type="button" hidden>Dark</button>\n</header>\n'
    yield from _findings(document)
    yield from _first(document)
    if document.actions:
        yield from _toolbar(document.actions)
    yield from _steps(document)
    yield from _awaited(document)
    yield from _notes(document.notes)
    yield from _foot(document)


def _counts(document: PlanDocument) -> Iterator[str]:
    counts = document.counts
    shown = {
        "create": (counts.create, "to create"),
        "update": (counts.update, "to change"),
        "adopt": (counts.adopt, "to adopt"),
        "protect": (counts.protect, "to protect"),
        "delete": (counts.delete, "to delete"),
        "awaited": (counts.known_after_build, "known after build"),
        "unchanged": (counts.unchanged, "unchanged"),
    }
    for name, (count, words) in shown.items():
        if count or name not in {"adopt", "protect", "awaited"}:
            none = "" if count else " none"
            yield f'<li class="{name}{none}"><b>{count:,}</b> {words}</li>'


def _about(document: PlanDocument) -> Iterator[str]:
    origin = document.origin
    facts = {
        "Environment": origin.environment,
        "Server": document.server or "embedded",
        "Repository": origin.remote,
        "Files": ", ".join(origin.files),
        "Commit": document.commit and document.commit[:12],
        "Planned": document.created_at and wording.moment(document.created_at),
    }
    for name, value in facts.items():
        if value:
            yield f"<div><dt>{name}</dt><dd>{escaped(value)}</dd></div>"


def _findings(document: PlanDocument) -> Iterator[str]:
    refused = not document.is_applicable
    if not (document.findings or refused):
        return
    title = "This plan is refused" if refused else "Before you apply it"
    kind = "refused" if refused else "warned"
    items = "".join(map(_finding, document.findings))
    yield f'<section class="findings {kind}">\n<h2>{title}</h2>\n<ul>{items}</ul>\n</section>\n'


def _finding(finding: RefusalPart) -> str:
    at = finding.at
    place = "" if at is None else f" <code>{escaped(f'{at.file}:{at.line}:{at.column}')}</code>"
    hint = f'<span class="hint">{escaped(finding.hint)}</span>' if finding.hint else ""
    return (
        f'<li class="{finding.severity}"><b>{escaped(finding.code)}</b> {finding.severity}{place}'
        f"<span>{escaped(finding.message)}</span>{hint}</li>"
    )


def _first(document: PlanDocument) -> Iterator[str]:
    """The steps that run before anything is written."""
    if document.steps:
        items = "".join(
            f"<li><code>{escaped(wording.step(each))}</code></li>" for each in document.steps
        )
        yield f'<section class="notes">\n<h2>Runs first</h2>\n<ol>{items}</ol>\n</section>\n'


def _awaited(document: PlanDocument) -> Iterator[str]:
    items = "".join(
        f"<li><code>{escaped(wording.address(address))}</code> "
        + "<br>".join(escaped(wording.awaited(each)) for each in parts)
        + "</li>"
        for address, parts in wording.by_address(document.known_after_build).items()
    )
    if items:
        yield '<section class="notes">\n<h2>Known after the build</h2>\n'
        yield f"<ul>{items}</ul>\n</section>\n"


def _toolbar(actions: tuple[ActionPart, ...]) -> Iterator[str]:
    """What to see: hidden until the program can do something about it."""
    verbs = Counter(str(each.action) for each in actions)
    kinds = Counter(each.kind for each in actions)
    causes = Counter(str(cause) for each in actions for cause in _causes(each))
    yield '<form class="toolbar" role="search" hidden>\n'
    yield '<label class="find"><span class="unseen">Find by name</span>'
    yield '<input id="find" type="search" placeholder="Find by name" autocomplete="off"'
    yield ' spellcheck="false"><kbd aria-hidden="true">/</kbd></label>\n'
    yield _choices("action", "Step", {verb: (words, verbs[verb]) for verb, words in _VERBS.items()})
    yield _choices("kind", "Kind", {kind: (kind, kinds[kind]) for kind in sorted(kinds)})
    yield _choices("cause", "Cause", {one: (words, causes[one]) for one, words in CAUSES.items()})
    yield '<p class="status"><output id="status"></output>'
    yield '<button type="button" id="clear">Show all</button>'
    yield '<button type="button" id="unfold">Expand</button>'
    yield '<button type="button" id="fold">Collapse</button></p>\n</form>\n'


def _causes(action: ActionPart) -> set[str]:
    return {change.cause for change in wording.told(action)}


def _choices(name: str, title: str, choices: dict[str, tuple[str, int]]) -> str:
    """Boxes to tick; where there is one choice only, there is none."""
    choices = {value: (words, count) for value, (words, count) in choices.items() if count}
    if len(choices) < 2:
        return ""
    boxes = "".join(
        f'<label class="{escaped(value.replace(" ", "-"))}"><input type="checkbox" name="{name}"'
        f' value="{escaped(value)}"><span>{escaped(words)} <small>{count:,}</small></span></label>'
        for value, (words, count) in choices.items()
    )
    return f"<fieldset><legend>{title}</legend>{boxes}</fieldset>\n"


def _steps(document: PlanDocument) -> Iterator[str]:
    is_open = len(document.actions) <= _FEW
    yield '<main id="steps">\n'
    for action in document.actions:
        yield step(action, document.stack, is_open=is_open) + "\n"
    empty = "Nothing to do." if not document.actions else "No step is like that."
    hidden = " hidden" if document.actions else ""
    yield f'<p id="none" class="none"{hidden}>{empty}</p>\n</main>\n'


def _notes(notes: Iterable[NotePart]) -> Iterator[str]:
    items = "".join(
        "<li>"
        + ("" if note.address is None else f"<code>{escaped(note.address)}</code> ")
        + f"{escaped(note.text)}</li>"
        for note in notes
    )
    if items:
        yield f'<section class="notes">\n<h2>Notes</h2>\n<ul>{items}</ul>\n</section>\n'


def _foot(document: PlanDocument) -> Iterator[str]:
    yield "<footer>\n"
    if made := wording.requests(document):
        yield f"<p>{made[:1].upper()}{made[1:]}.</p>\n"
    yield f'<p>Digest <code class="digest">{document.digest}</code></p>\n'
    yield f"<p>Planned by deploy {escaped(document.tool_version)}.</p>\n"
    yield '<p class="keys" hidden><kbd>/</kbd> find <kbd>j</kbd> <kbd>k</kbd> next, previous '
    yield "<kbd>Enter</kbd> open <kbd>e</kbd> expand, collapse all <kbd>Esc</kbd> show all</p>\n"
    yield "</footer>\n"
