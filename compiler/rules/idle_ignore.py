"""A path of `ignore` names a value that the file does not give.

What it finds:
    A path in a deployment's `ignore` for which the deployment has no value.

Why it matters:
    What the file does not give is left to the server anyway. More often than not the path was
    meant for another key.

Example:
    parameters: {source: web}
    ignore: [parameters.suorce]

Use instead:
    parameters: {source: web}
    ignore: [parameters.source]

Known limits:
    A path in `defaults` is idle only if it is for all deployments; paths in `policy.ignore` are
    not looked at. `description`, `version` and `pull` have a value without the file, so they
    are never idle.
"""

from collections.abc import Iterable

from compiler.diagnostics import Report, Rule, Severity
from compiler.diagnostics.spelling import nearest
from compiler.manifest.ignoring import Entry, Steps
from compiler.manifest.manifest import Placed, schedules_of
from compiler.manifest.model import Deployment
from compiler.source.locate import node_at
from compiler.source.nodes import Mapping, Node

RULE = Rule(code="DEP236", name="idle-ignore", severity=Severity.WARNING, page=__doc__)
_ALWAYS_GIVEN = frozenset({"description", "version", "pull"})
_SCHEDULES_ALWAYS_HAVE = frozenset({(), ("timezone",), ("day_or",), ("parameters",)})


def check(entries: Iterable[Entry], report: Report) -> None:
    """Report paths of which none of their deployments has a value."""
    for entry in entries:
        if entry.is_policy or entry.steps is None or not entry.is_understood:
            continue
        if not any(_is_given(entry.steps, each) for each in entry.deployments):
            near = _nearest(entry.steps, entry.deployments[0])
            hint = f"did you mean {near!r}?" if near else "the server keeps its own anyway"
            report.add(RULE, f"the file gives no {entry.text!r} to ignore", entry.at, hint=hint)


def _is_given(steps: Steps, deployment: Placed[Deployment]) -> bool:
    match steps:
        case (("schedules" | "schedule"),):
            return deployment.has("schedules") or deployment.has("schedule")
        case ("schedules", slug, *rest):
            found = [each for each in schedules_of(deployment) if each.value.slug == slug]
            return not found or any(_is_of_schedule(tuple(rest), each.node) for each in found)
        case ("concurrency_limit", *_):
            return deployment.has("concurrency_limit")
        case _:
            return steps[0] in _ALWAYS_GIVEN or node_at(deployment.node, steps) is not None


def _is_of_schedule(steps: Steps, schedule: Node) -> bool:
    return steps in _SCHEDULES_ALWAYS_HAVE or node_at(schedule, steps) is not None


def _nearest(steps: Steps, deployment: Placed[Deployment]) -> str | None:
    """The path with a last key that the file has in that place."""
    around = node_at(deployment.node, steps[:-1])
    known = [name for name, _ in around] if isinstance(around, Mapping) else []
    near = nearest(steps[-1], known)
    return ".".join((*steps[:-1], near[0])) if near and len(steps) > 1 else None
