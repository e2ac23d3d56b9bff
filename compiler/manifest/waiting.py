"""What a file's automations wait for and do, each part with its place."""

from collections.abc import Iterator

from compiler.manifest.automation import Action, Trigger
from compiler.manifest.manifest import Manifest, Placed, actions_of, triggers_of
from compiler.source.nodes import Mapping, Sequence


def all_triggers(manifest: Manifest) -> Iterator[Placed[Trigger]]:
    """Every trigger of a file, and those that it is made of."""
    for deployment in manifest.deployments:
        for trigger in triggers_of(deployment):
            outer: Placed[Trigger] = Placed(trigger.value, trigger.node)
            yield from _within(outer)
    for automation in manifest.automations:
        node, value = automation.node, automation.value.trigger
        inner = node.get("trigger") if isinstance(node, Mapping) else None
        if value is not None and inner is not None:
            yield from _within(Placed(value, inner))


def _within(trigger: Placed[Trigger]) -> Iterator[Placed[Trigger]]:
    yield trigger
    node = trigger.node
    listed = node.get("triggers") if isinstance(node, Mapping) else None
    items = listed.items if isinstance(listed, Sequence) else ()
    for value, item in zip(trigger.value.triggers or (), items, strict=False):
        yield from _within(Placed(value, item))


def all_actions(manifest: Manifest) -> Iterator[Placed[Action]]:
    """Every action of a file's automations; what a deployment's triggers do goes without saying."""
    for automation in manifest.automations:
        yield from actions_of(automation)


def type_of(trigger: Trigger) -> str:
    """The type of a trigger, also where it is left open.

    Source: Prefect's own discriminator of the triggers in its files.
    """
    if trigger.type is not None:
        return trigger.type
    if trigger.posture == "Metric":
        return "metric"
    if trigger.triggers is not None:
        return "sequence" if trigger.require is None else "compound"
    return "event"
