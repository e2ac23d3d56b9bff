"""A key that means nothing to this type of trigger or action.

What it finds:
    Keys of another type: `expect` of a `compound` trigger, `parameters` of an action that runs
    nothing.

Why it matters:
    The server drops it without a word: what it says is not done.

Example:
    automations:
      - name: stop
        trigger: {expect: [shop.closed]}
        actions:
          - {type: pause-deployment, deployment: etl/nightly, parameters: {rows: 5}}

Use instead:
    automations:
      - name: stop
        trigger: {expect: [shop.closed]}
        actions:
          - {type: pause-deployment, deployment: etl/nightly}

Known limits:
    None.
"""

from collections.abc import Collection

from compiler.diagnostics import Report, Rule, Severity
from compiler.manifest.automation import Action, DeploymentTrigger, Trigger
from compiler.manifest.manifest import Placed
from compiler.manifest.waiting import type_of

RULE = Rule(code="DEP252", name="idle-automation-key", severity=Severity.WARNING, page=__doc__)
_MATCHING = ("match", "match_related", "posture")
_OF_TRIGGERS = {
    "event": (*_MATCHING, "after", "expect", "for_each", "threshold", "within"),
    "metric": (*_MATCHING, "metric"),
    "compound": ("require", "triggers", "within"),
    "sequence": ("triggers", "within"),
}
_RUN = ("parameters", "job_variables", "schedule_after")
_OF_THE_AUTOMATION = frozenset(DeploymentTrigger.model_fields) - frozenset(Trigger.model_fields)
_OF_ACTIONS = {
    "run-deployment": ("deployment", "deployment_id", "source", *_RUN),
    "change-flow-run-state": ("state", "name", "message", "force"),
    "send-notification": ("block_document", "block_document_id", "subject", "body"),
    "call-webhook": ("block_document", "block_document_id", "payload"),
}
_BY_TARGET = {
    "-deployment": "deployment",
    "-work-pool": "work_pool",
    "-work-queue": "work_queue",
    "-automation": "automation",
}


def check(trigger: Placed[Trigger], report: Report) -> None:
    """Report keys of other types of triggers."""
    kind = type_of(trigger.value)
    taken = {"type", *_OF_TRIGGERS[kind], *_OF_THE_AUTOMATION}
    _report(f"a trigger of type {kind!r}", trigger, taken, report)


def check_action(action: Placed[Action], report: Report) -> None:
    """Report keys of other types of actions."""
    kind = action.value.type
    target = next((name for end, name in _BY_TARGET.items() if kind.endswith(end)), None)
    usual = () if target is None else (target, f"{target}_id", "source")
    taken = {"type", *_OF_ACTIONS.get(kind, usual)}
    _report(f"an action of type {kind!r}", action, taken, report)


def _report(
    what: str,
    part: Placed[Trigger] | Placed[Action],
    taken: Collection[str],
    report: Report,
) -> None:
    for key in type(part.value).model_fields:
        if key not in taken and getattr(part.value, key) is not None:
            report.add(RULE, f"{key!r} means nothing to {what}", part.key_at(key), hint="remove it")
