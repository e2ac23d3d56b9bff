"""One field of a thing, as its entry says it: for a file that has the rest."""

from collections.abc import Mapping, Sequence

from compiler.desired.address import Address
from compiler.desired.json import Json, mappings
from compiler.desired.naming import ACTIONS
from compiler.desired.resources import unmarked
from compiler.emit.automations import action_said, trigger_said
from compiler.emit.braces import Place
from compiler.emit.deployments import limit_of, schedule_of
from compiler.emit.pen import Pen

_KEYS: Mapping[str, tuple[str, ...]] = {
    "concurrency": ("concurrency_limit",),
    "is_paused": ("paused",),
    "job_variables": ("work_pool", "job_variables"),
    "pull_steps": ("pull",),
    "work_pool_name": ("work_pool", "name"),
    "work_queue_name": ("work_pool", "work_queue_name"),
}
_PLACES: Mapping[str, Place] = {
    "job_variables": Place.JOB_VARIABLES,
    "pull_steps": Place.STEPS,
    "base_job_template": Place.STEPS,
    "trigger": Place.STEPS,
    **dict.fromkeys(ACTIONS, Place.STEPS),
}


def keys_of(name: str) -> tuple[str, ...]:
    """The keys that lead to a field inside an entry."""
    return _KEYS.get(name, (name,))


def said(address: Address, name: str, value: Json, pen: Pen) -> Json:
    """The value of a field in the words of a file."""
    match name:
        case "tags":
            value = unmarked(value)
        case "concurrency":
            value = limit_of(value)
        case "schedules":
            return [schedule_of(each, address, pen) for each in mappings(value)]
        case "base_job_template":
            return pen.template(value, address)
        case "trigger" if isinstance(value, Mapping):
            value = trigger_said(value)
        case _ if name in ACTIONS:
            value = [action_said(each) for each in mappings(value)]
        case _:
            value = _plain(value)
    return pen.value(value, address, name, _PLACES.get(name, Place.PLAIN))


def _plain(value: Json) -> Json:
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
