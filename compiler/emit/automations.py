"""Automations: those that stand alone, and the triggers of deployments."""

import re
from collections.abc import Mapping

from compiler.desired.address import Address, Kind
from compiler.desired.automations import trigger_type
from compiler.desired.json import Json, mappings
from compiler.desired.naming import ACTIONS, TARGETS, is_id
from compiler.desired.resources import unmarked
from compiler.emit.braces import Place
from compiler.emit.pen import Pen
from compiler.emit.things import Entry
from compiler.state.observed import Observed

_OF_THE_RUN = ("parameters", "job_variables", "schedule_after")
_NUMBERED = re.compile(r"(?P<deployment>.*)__automation_(?P<number>[1-9][0-9]*)", re.DOTALL)


def automation(address: Address, thing: Observed, pen: Pen) -> Entry:
    """One of `automations`."""
    fields = thing.fields
    entry = {"name": _written(address.name, address, "name", pen), **_about(address, thing, pen)}
    if (tags := unmarked(fields.get("tags"))) and pen.says(address, "tags"):
        entry["tags"] = _written(tags, address, "tags", pen)
    trigger = fields.get("trigger")
    if isinstance(trigger, Mapping) and pen.says(address, "trigger"):
        entry["trigger"] = _written(trigger_said(trigger), address, "trigger", pen)
    for name in ACTIONS:
        said = [action_said(each) for each in mappings(fields.get(name))]
        if said and pen.says(address, name):
            entry[name] = _written(said, address, name, pen)
    return entry


def trigger_addresses(deployment: Address, pen: Pen) -> tuple[Address, ...]:
    """The automations that are written as triggers of a deployment, in that order."""
    things, owners = pen.inventory.things, pen.inventory.owners
    found = (
        each
        for each in things
        if is_trigger(each)
        and each.path[:-1] == deployment.path
        and owners.get(each) in {None, owners.get(deployment)}
        and pen.says(each, "name")
    )
    return tuple(sorted(found, key=_place))


def is_trigger(address: Address) -> bool:
    """Whether it is the automation of a deployment's trigger."""
    return address.kind is Kind.AUTOMATION and len(address.path) > 1


def triggers(deployment: Address, pen: Pen) -> list[Json]:
    """The triggers of a deployment; a name that would be given anyway is not said."""
    found: list[Json] = []
    for number, address in enumerate(trigger_addresses(deployment, pen), start=1):
        entry = dict(_trigger(address, pen.inventory.things[address], pen))
        if address.name != f"{deployment.name}__automation_{number}":
            entry = {"name": _written(address.name, address, "name", pen), **entry}
        found.append(entry)
    return found


def _trigger(address: Address, thing: Observed, pen: Pen) -> Entry:
    waits, actions = thing.fields.get("trigger"), mappings(thing.fields.get("actions"))
    run = next(iter(actions), {})
    said = {
        **(trigger_said(waits) if isinstance(waits, Mapping) else {}),
        **{name: run[name] for name in _OF_THE_RUN if name in run},
    }
    written = {name: _written(value, address, name, pen) for name, value in said.items()}
    return {**_about(address, thing, pen), **written}


def _place(address: Address) -> tuple[bool, int, str]:
    """Those with numbers in the order of these, then all others."""
    found = _NUMBERED.fullmatch(address.name)
    is_numbered = found is not None and found["deployment"] == address.path[-2]
    number = int(found["number"]) if found is not None and is_numbered else 0
    return (not is_numbered, number, address.name)


def _about(address: Address, thing: Observed, pen: Pen) -> dict[str, Json]:
    said: dict[str, Json] = {}
    if thing.fields.get("description") and pen.says(address, "description"):
        description = thing.fields["description"]
        said["description"] = _written(description, address, "description", pen)
    if thing.fields.get("enabled") is False:
        said["enabled"] = False
    return said


def _written(value: Json, address: Address, name: str, pen: Pen) -> Json:
    """All that stands in braces here is for the server to fill in when events come."""
    return pen.value(value, address, name, Place.STEPS)


def trigger_said(trigger: Mapping[str, Json]) -> dict[str, Json]:
    """A trigger without the type that it has anyway."""
    said = dict(trigger)
    if said.get("type") == "event" and trigger_type({**said, "type": None}) == "event":
        del said["type"]
    if "triggers" in said:
        said["triggers"] = [trigger_said(each) for each in mappings(said["triggers"])]
    return said


def action_said(action: Mapping[str, Json]) -> dict[str, Json]:
    """An action, which says of an id that it is one."""
    return {
        f"{key}_id" if key in TARGETS and is_id(str(value)) else key: value
        for key, value in action.items()
    }
