"""Automations, whose names are not unique: known by their ids, else by the stack's tag.

Here they hold ids; whoever reads or writes them puts names in their place
(`reconciler/observe/naming.py`, `reconciler/apply/automations.py`).
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from uuid import UUID

from compiler.desired.address import Address, automation
from compiler.desired.automations import actions_form, body_of, runs, trigger_form
from compiler.desired.json import Json
from compiler.plan.action import Create, Delete, Update
from compiler.state.observed import Observed
from reconciler.api import wire
from reconciler.api.client import PrefectClient
from reconciler.api.once import once
from reconciler.api.paging import requests_for_offsets
from reconciler.things.thing import Sought, changed, made

_MARK = "deploy:"
_PLACE = ("trigger", "actions", "actions_on_trigger", "actions_on_resolve")


class Automations:
    """Those that stand alone, and those of the triggers of deployments."""

    async def read(self, client: PrefectClient, sought: Sought) -> Mapping[Address, Observed]:
        """POST /automations/filter by tag; GET /automations/{id} of those that have lost it."""
        found = {
            str(each.id): each
            for mark in sought.marks
            for each in await client.automations_tagged(mark)
        }
        for id in sorted({id for id in sought.ids.values() if id} - found.keys()):
            one = await client.automation(UUID(id))
            found |= {} if one is None else {id: one}
        return {address: observed(each) for address, each in _assigned(found, sought).items()}

    async def read_all(self, client: PrefectClient) -> Iterable[tuple[Address, Observed]]:
        """POST /automations/filter, the oldest first; each under its bare name."""
        found = sorted(await client.all_automations(), key=_age)
        return [(automation(each.name), observed(each)) for each in found]

    def requests_for_reading(self, addresses: Collection[Address]) -> int:
        """Those that carry the tag, in pages."""
        return requests_for_offsets(len(addresses))

    def reads_for_writing(self, action: Create | Update) -> int:  # noqa: ARG002
        """None: what it names is looked up once for all of an apply."""
        return 0

    async def create(self, client: PrefectClient, action: Create) -> str:
        """POST /automations/."""
        fields = made(action)
        body = {**body_of(fields), "owner_resource": _owner(fields)}

        async def make() -> str:
            return str((await client.create_automation(body)).id)

        async def find() -> str | None:
            there = await client.automations_named([str(fields["name"])])
            same = (each for each in there if _is_made_of(observed(each).fields, fields))
            return next((str(each.id) for each in same), None)

        return await once(make, find)

    async def update(self, client: PrefectClient, action: Update) -> None:
        """PUT /automations/{id}, or PATCH where it is only switched on or off."""
        id, changes = UUID(action.observed.id), changed(action)
        if changes.keys() == {"enabled"}:
            await client.switch_automation(id, enabled=changes["enabled"] is True)
            return
        kept = {name: value for name, value in action.observed.fields.items() if name != "enabled"}
        await client.replace_automation(id, body_of({**kept, **changes}))

    async def delete(self, client: PrefectClient, action: Delete) -> None:
        """DELETE /automations/{id}."""
        await client.delete_automation(UUID(action.observed.id))


def observed(out: wire.AutomationOut) -> Observed:
    """An automation as the stack may own it, with ids in it."""
    return Observed(
        id=str(out.id),
        fields={
            "name": out.name,
            "description": out.description,
            "enabled": out.enabled,
            "tags": out.tags,
            "trigger": trigger_form(out.trigger),
            "actions": actions_form(out.actions),
            "actions_on_trigger": actions_form(out.actions_on_trigger),
            "actions_on_resolve": actions_form(out.actions_on_resolve),
        },
    )


def _assigned(
    found: Mapping[str, wire.AutomationOut], sought: Sought
) -> dict[Address, wire.AutomationOut]:
    """Which automation is meant by which address: by its id, else by tag and name; each once."""
    given = {address: found[id] for address, id in sought.ids.items() if id and id in found}
    known = set(sought.ids.values())
    free = {each.id: each for each in sorted(found.values(), key=_age) if str(each.id) not in known}
    by_name: dict[str, list[wire.AutomationOut]] = {}
    for each in free.values():
        by_name.setdefault(each.name, []).append(each)
    for address in sorted(sought.ids.keys() - given.keys()):
        some = (each for each in by_name.get(address.name, ()) if each.id in free)
        one = next((each for each in some if _is_meant(each, address, sought)), None)
        if one is not None:
            given[address] = free.pop(one.id)
    return {**(_others(free.values(), sought) if sought.all_marked else {}), **given}


def _others(
    free: Iterable[wire.AutomationOut], sought: Sought
) -> dict[Address, wire.AutomationOut]:
    """Copies, and what is left of a stack that has lost its memory; each under its bare name."""
    named = {automation(each.name): each for each in free if "/" not in each.name}
    return {address: each for address, each in named.items() if address not in sought.ids}


def _age(out: wire.AutomationOut) -> tuple[datetime, str]:
    return (out.created or datetime.min.replace(tzinfo=UTC), str(out.id))


def _is_meant(out: wire.AutomationOut, address: Address, sought: Sought) -> bool:
    """Whether it has the name; of a trigger it also has to run the deployment."""
    if out.name != address.name or not any(mark in out.tags for mark in sought.marks):
        return False
    return len(address.path) == 1 or "/".join(address.path[:-1]) in _run_by(out, sought)


def _run_by(out: wire.AutomationOut, sought: Sought) -> Iterable[str]:
    return (sought.runs.get(id, "") for id in runs({"actions": actions_form(out.actions)}))


def _owner(fields: Mapping[str, Json]) -> Json:
    """What the server notes as the owner: the stack, as a resource; no `/` may be in it."""
    tags = fields["tags"]
    assert isinstance(tags, (list, tuple))
    stack = next(str(tag) for tag in tags if str(tag).startswith(_MARK))
    return f"deploy.stack.{stack.removeprefix(_MARK)}"


def _is_made_of(there: Mapping[str, Json], fields: Mapping[str, Json]) -> bool:
    """Whether the automation is the one that was asked for with these fields."""
    tags = there["tags"]
    assert isinstance(tags, list)
    is_marked = any(str(tag).startswith(_MARK) and tag in _tags(fields) for tag in tags)
    return is_marked and all(there[name] == fields[name] for name in _PLACE if name in fields)


def _tags(fields: Mapping[str, Json]) -> tuple[Json, ...]:
    tags = fields["tags"]
    return tuple(tags) if isinstance(tags, (list, tuple)) else ()
