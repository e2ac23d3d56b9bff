"""Work pools with their queues.

Of what the server makes with a pool nothing is written: its type's template, and its own
queue as it is when it is made.
"""

from collections.abc import Iterator, Mapping

from compiler.desired.address import Address, Kind
from compiler.desired.json import Json
from compiler.desired.patch import patch_between, patched
from compiler.emit.pen import Pen
from compiler.emit.things import Entry
from compiler.state.observed import Observed
from compiler.state.ownership import equal

_OWN_QUEUE = "default"
_AS_MADE: Mapping[str, Json] = {
    "priority": 1,
    "concurrency_limit": None,
    "is_paused": False,
    "description": "The work pool's default queue.",
}


def work_pool(address: Address, thing: Observed, pen: Pen) -> Entry:
    """One of `work_pools`."""
    fields = thing.fields
    entry: dict[str, Json] = {
        "name": pen.value(address.name, address, "name"),
        "type": fields.get("type"),
        **_said(address, thing, pen),
    }
    if not _is_of_type(thing, pen) and pen.says(address, "base_job_template"):
        entry |= _template(address, thing, pen)
    queues = list(_queues(address, pen))
    return {**entry, "work_queues": queues} if queues else entry


def _template(address: Address, pool: Observed, pen: Pen) -> dict[str, Json]:
    """The template, or where it differs from that of the pool's type."""
    template = pool.fields.get("base_job_template")
    of_type = pen.inventory.templates.get(str(pool.fields.get("type")))
    if of_type is not None:
        patch = patch_between(of_type, template)
        if equal(patched(of_type, patch), template):
            return {"base_job_template_patch": pen.template(patch, address)}
    return {"base_job_template": pen.template(template, address)}


def _is_of_type(pool: Observed, pen: Pen) -> bool:
    """Whether the template is that of the pool's type, or will be: workers fill in an empty one."""
    of_type = pen.inventory.templates.get(str(pool.fields.get("type")))
    template = pool.fields.get("base_job_template")
    return of_type is not None and (not template or equal(template, of_type))


def _said(address: Address, thing: Observed, pen: Pen) -> dict[str, Json]:
    """What pools and queues have in common, without what is as it is when they are made."""
    fields, said = thing.fields, {}
    described = _AS_MADE["description"] if _is_own_queue(address) else ""
    if (fields.get("description") or "") != described and pen.says(address, "description"):
        said["description"] = pen.value(fields["description"] or "", address, "description")
    if fields.get("concurrency_limit") is not None and pen.says(address, "concurrency_limit"):
        said["concurrency_limit"] = fields["concurrency_limit"]
    if fields.get("is_paused") is True:
        said["paused"] = True
    return said


def queues_of(pool: Address, pen: Pen) -> tuple[Address, ...]:
    """The queues that are written in a pool's entry, in that order."""
    things = pen.inventory.things
    found = (
        each for each in things if each.kind is Kind.WORK_QUEUE and each.path[0] == pool.path[0]
    )
    said = (each for each in found if pen.says(each, "name"))
    return tuple(sorted(each for each in said if not _is_as_made(each, things[each])))


def _is_own_queue(address: Address) -> bool:
    return address.kind is Kind.WORK_QUEUE and address.name == _OWN_QUEUE


def _is_as_made(address: Address, queue: Observed) -> bool:
    return _is_own_queue(address) and all(
        equal(queue.fields.get(name), value) for name, value in _AS_MADE.items()
    )


def _queues(pool: Address, pen: Pen) -> Iterator[Json]:
    for address in queues_of(pool, pen):
        thing = pen.inventory.things[address]
        entry: dict[str, Json] = {"name": pen.value(address.name, address, "name")}
        if pen.says(address, "priority"):
            entry["priority"] = thing.fields.get("priority")
        yield {**entry, **_said(address, thing, pen)}
