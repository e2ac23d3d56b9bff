"""Automations: those that stand alone, and those that the triggers of deployments mean."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from compiler.desired.address import Address, automation
from compiler.desired.automations import actions_form, trigger_form
from compiler.desired.json import Json
from compiler.desired.naming import ACTIONS, Swap, references, swapped
from compiler.desired.resources import Resource
from compiler.diagnostics import Span
from compiler.entrypoints.addresses import earlier_address_of
from compiler.entrypoints.names import Names, trigger_name, triggered
from compiler.entrypoints.read import Declared
from compiler.manifest.automation import Action, Automation, DeploymentTrigger, Metric, Trigger
from compiler.manifest.grammar import Written
from compiler.manifest.manifest import Manifest, Placed
from compiler.manifest.moment import seconds

_IN_SECONDS = frozenset({"within", "schedule_after", "range", "firing_for"})
_OF_THE_RUN = ("parameters", "job_variables", "schedule_after")


def lower_automations(manifest: Manifest, names: Names) -> Iterator[Resource]:
    """The automations of a file that stand alone."""
    for written in manifest.automations:
        yield _alone(written, names.swap(manifest.prefix))


def lower_triggers(one: Declared, names: Names) -> Iterator[Resource]:
    """The automations that run a deployment, one for each trigger, in their order."""
    earlier, swap = earlier_address_of(one), names.swap(one.manifest.prefix)
    for number, (address, trigger) in enumerate(triggered(one), start=1):
        resource = _triggered(address, trigger, swap)
        if earlier is None:
            yield resource
        else:
            name = trigger_name(one, number, earlier.name)
            yield replace(resource, renamed_from=automation(*earlier.path, name))


def _alone(written: Placed[Automation], swap: Swap) -> Resource:
    value = written.value
    fields: dict[str, Json] = {"name": value.name}
    if written.has("tags"):
        fields["tags"] = [tag for tag in value.tags or [] if tag]
    if value.trigger is not None:
        fields["trigger"] = trigger_form(_plain(value.trigger))
    for key in ACTIONS:
        if written.has(key):
            listed: list[Action] = getattr(value, key) or []
            fields[key] = actions_form([_plain(each) for each in listed])
    places = {name: written.at(name) for name in fields}
    return _resource(automation(value.name), written, swapped(fields, swap), places)


def _triggered(address: Address, written: Placed[DeploymentTrigger], swap: Swap) -> Resource:
    said = _plain(written.value)
    flow, deployment, name = address.path
    run: dict[str, Json] = {key: said[key] for key in _OF_THE_RUN if key in said}
    runs: dict[str, Json] = {"type": "run-deployment", "deployment": f"{flow}/{deployment}", **run}
    fields = swapped({"trigger": trigger_form(said)}, swap)
    fields |= {"name": name, "actions": actions_form([runs])}
    return _resource(address, written, fields, dict.fromkeys(fields, written.at()))


def _resource(
    address: Address,
    written: Placed[Automation] | Placed[DeploymentTrigger],
    fields: dict[str, Json],
    where: Mapping[str, Span],
) -> Resource:
    value = written.value
    if written.has("description"):
        fields["description"] = value.description or ""
    if value.enabled is not None:
        fields["enabled"] = value.enabled
    said: dict[str, Span] = {
        name: written.at(name) for name in ("description", "enabled") if name in fields
    }
    named = (each.address for each in references(fields))
    return Resource(
        address=address,
        fields=fields,
        initial={"tags": []},
        needs=frozenset(named) - {address},
        protect=value.protect if isinstance(value, Automation) else None,
        written_at=written.at("name") if written.has("name") else written.at(),
        where={**where, **said},
    )


def _plain(part: Written) -> dict[str, Json]:
    """A part of a document as JSON: what is given, and times in seconds."""
    return {
        name: _value(name, getattr(part, name))
        for name in part.model_fields_set
        if getattr(part, name) is not None
    }


def _value(name: str, value: "Json | Trigger | Metric | list[Trigger]") -> Json:
    if name in _IN_SECONDS and isinstance(value, int | float | str):
        return seconds(value)
    if isinstance(value, Written):
        return _plain(value)
    if isinstance(value, list):
        return [_plain(each) if isinstance(each, Written) else each for each in value]
    return value
