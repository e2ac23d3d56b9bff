"""What an automation names: texts that stand for the ids which only a server knows.

In an action a name stands where the server has an id; in the labels of a trigger,
`prefect.deployment.etl/nightly` stands for `prefect.deployment.<id>`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from compiler.desired.address import Address, Kind
from compiler.desired.json import Json, mappings

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_LABEL = re.compile(r"(?P<not>!?)prefect\.(?P<of>deployment|work-pool|work-queue)\.(?P<name>.+)")
_PATTERN = re.compile(r"[*?\[]")
ACTIONS = ("actions", "actions_on_trigger", "actions_on_resolve")
_MATCHES = ("match", "match_related")


class Named(StrEnum):
    """What can be named; the value is the kind's."""

    DEPLOYMENT = "deployment"
    WORK_POOL = "work-pool"
    WORK_QUEUE = "work-queue"
    AUTOMATION = "automation"
    BLOCK = "block"


TARGETS: Mapping[str, Named] = {
    "deployment": Named.DEPLOYMENT,
    "work_pool": Named.WORK_POOL,
    "work_queue": Named.WORK_QUEUE,
    "automation": Named.AUTOMATION,
    "block_document": Named.BLOCK,
}


@dataclass(frozen=True, slots=True, order=True)
class Reference:
    """One thing by its name: `etl/nightly`, `k8s`, `k8s/high`, `slack-webhook/team`."""

    of: Named
    name: str

    @property
    def address(self) -> Address:
        """Where it stands, if it is the stack's."""
        return Address(Kind(self.of), tuple(self.name.split("/")))

    def __str__(self) -> str:
        return f"{self.of.replace('-', ' ')} {self.name!r}"


Swap = Callable[[Reference], str]


def is_id(text: str) -> bool:
    """Whether it is an id of the server's rather than a name."""
    return _ID.fullmatch(text) is not None


def reference_to(address: Address) -> Reference | None:
    """How an automation names what is at an address; None where it cannot."""
    known = {each.value for each in Named}
    if address.kind.value not in known:
        return None
    return Reference(Named(address.kind.value), "/".join(address.path))


def references(fields: Mapping[str, Json]) -> tuple[Reference, ...]:
    """All that the fields of an automation name, ids left out, each once."""
    found: dict[Reference, None] = {}

    def note(one: Reference) -> str:
        if not is_id(one.name):
            found[one] = None
        return one.name

    swapped(fields, note)
    return tuple(found)


def ids_of(fields: Mapping[str, Json]) -> frozenset[Reference]:
    """What stands by its id in the fields of an automation."""
    found: set[Reference] = set()

    def note(one: Reference) -> str:
        if is_id(one.name):
            found.add(one)
        return one.name

    swapped(fields, note)
    return frozenset(found)


def ids_in(fields: Mapping[str, Json]) -> frozenset[str]:
    """The ids that stand in the fields of an automation."""
    return frozenset(each.name for each in ids_of(fields))


def swapped(fields: Mapping[str, Json], swap: Swap) -> dict[str, Json]:
    """The fields with another text for each name or id."""
    done = dict(fields)
    for name in ACTIONS:
        if name in fields:
            done[name] = [_action(each, swap) for each in mappings(fields[name])]
    if isinstance(trigger := fields.get("trigger"), Mapping):
        done["trigger"] = _trigger(trigger, swap)
    return done


def _action(action: Mapping[str, Json], swap: Swap) -> dict[str, Json]:
    return {
        key: swap(Reference(TARGETS[key], value))
        if key in TARGETS and isinstance(value, str)
        else value
        for key, value in action.items()
    }


def _trigger(trigger: Mapping[str, Json], swap: Swap) -> dict[str, Json]:
    done = dict(trigger)
    for key in _MATCHES:
        if key in done:
            done[key] = _labels(done[key], swap)
    if "triggers" in done:
        done["triggers"] = [_trigger(each, swap) for each in mappings(done["triggers"])]
    return done


def _labels(value: Json, swap: Swap) -> Json:
    match value:
        case str():
            return _label(value, swap)
        case Mapping():
            return {key: _labels(item, swap) for key, item in value.items()}
        case list() | tuple():
            return [_labels(item, swap) for item in value]
        case _:
            return value


def _label(text: str, swap: Swap) -> str:
    found = _LABEL.fullmatch(text)
    if found is None or _PATTERN.search(found["name"]) or "{{" in text:
        return text
    name = swap(Reference(Named(found["of"]), found["name"]))
    return f"{found['not']}prefect.{found['of']}.{name}"


def labels_of(trigger: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    """The mappings of labels that a trigger, or one that it is made of, looks for."""
    for key in _MATCHES:
        found = trigger.get(key)
        yield from mappings([found] if isinstance(found, Mapping) else found)
    for each in mappings(trigger.get("triggers")):
        yield from labels_of(each)
