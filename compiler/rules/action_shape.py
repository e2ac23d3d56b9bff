"""An action that does not say what it is done to, or says it twice.

What it finds:
    An action on a deployment, work pool, work queue or automation that names none, unless its
    `source` is `inferred`; one that names it although it is `inferred`, or by a name and by an
    id; a queue without its pool and a block without its type; and an action without the text,
    block or state that its type needs.

Why it matters:
    The server refuses it.

Example:
    automations:
      - name: stop
        trigger: {expect: [shop.closed]}
        actions:
          - {type: pause-work-queue, work_queue: high}

Use instead:
    automations:
      - name: stop
        trigger: {expect: [shop.closed]}
        actions:
          - {type: pause-work-queue, work_queue: k8s/high}

Known limits:
    None.
"""

from collections.abc import Iterator

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.automation import Action
from compiler.manifest.manifest import Placed

RULE = Rule(code="DEP244", name="action-shape", severity=Severity.ERROR, page=__doc__)
_TARGETS = {
    "-deployment": "deployment",
    "-work-pool": "work_pool",
    "-work-queue": "work_queue",
    "-automation": "automation",
    "send-notification": "block_document",
    "call-webhook": "block_document",
}
_TWO_PARTS = {"work_queue": "pool/queue", "block_document": "type/name"}
_NEEDS = {"send-notification": ("body",), "change-flow-run-state": ("state",)}


def check(action: Placed[Action], report: Report) -> None:
    """Report what the server would refuse."""
    for key, message, hint in _wrong(action.value):
        report.add(RULE, message, action.at(key), hint=hint)


def _wrong(action: Action) -> Iterator[tuple[str, str, str]]:
    for key in _NEEDS.get(action.type, ()):
        if getattr(action, key) is None:
            yield "type", f"an action of type {action.type!r} needs {key!r}", f"give a {key!r}"
    target = next((name for end, name in _TARGETS.items() if action.type.endswith(end)), None)
    if target is None:
        return
    name, id = getattr(action, target), getattr(action, f"{target}_id")
    if name and id:
        yield target, f"{target!r} and '{target}_id' name one thing", "keep one of them"
    if action.source == "inferred" and (name or id):
        hint = "leave one of them out"
        yield "source", f"what is inferred from the event cannot be {name or id!r} as well", hint
    if action.source != "inferred" and not (name or id):
        hint = f"name it: '{target}: …'"
        hint += "" if target == "block_document" else ", or say 'source: inferred'"
        yield "type", f"an action of type {action.type!r} needs {target!r}", hint
    form = _TWO_PARTS.get(target)
    if name and form and name.strip("/").count("/") != 1:
        yield target, f"{name!r} should be written {form!r}", f"as in '{target}: {form}'"
