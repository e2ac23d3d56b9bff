"""Deployments.

The flow's name always stands beside the entrypoint: where the source is not at hand, what
would be read from it is then left to the server.
"""

import re
from collections.abc import Iterator, Mapping

from compiler.desired.address import Address
from compiler.desired.json import Json, mappings, whole
from compiler.desired.resources import unmarked
from compiler.emit import automations
from compiler.emit.braces import Place
from compiler.emit.pen import Pen
from compiler.emit.things import Entry
from compiler.state.observed import Observed

_DERIVED = re.compile(r"[0-9a-f]{8}|[0-9a-f]{32}|[0-9a-f]{40}")  # of a commit, or of a file


def deployment(address: Address, thing: Observed, pen: Pen) -> Entry:
    """One of `deployments`."""
    return {
        "name": pen.value(address.name, address, "name"),
        "flow_name": pen.value(address.path[0], address, "flow_name"),
        **{
            key: value
            for key, name, value in _parts(address, thing.fields, pen)
            if pen.says(address, name)
        },
    }


def _parts(
    address: Address, fields: Mapping[str, Json], pen: Pen
) -> Iterator[tuple[str, str, Json]]:
    """Keys in the order in which people write them, the field of each, and its value."""
    for name, value in _texts(fields):
        yield name, name, pen.value(value, address, name)
    for name, default in (("enforce_parameter_schema", True), ("paused", False)):
        if fields.get(name) is not default:
            yield name, name, fields.get(name)
    if (limit := limit_of(fields.get("concurrency"))) is not None:
        yield "concurrency_limit", "concurrency", pen.value(limit, address, "concurrency_limit")
    if pool := _work_pool(address, fields, pen):
        yield "work_pool", "work_pool", pool
    if schedules := [schedule_of(each, address, pen) for each in mappings(fields.get("schedules"))]:
        yield "schedules", "schedules", schedules
    if triggers := automations.triggers(address, pen):
        yield "triggers", "triggers", triggers
    if fields.get("entrypoint") is not None or fields.get("pull_steps"):
        steps = pen.value(fields.get("pull_steps"), address, "pull", Place.STEPS)
        yield "pull", "pull_steps", steps


def _texts(fields: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    """What stands in the file as it stands on the server, without what is empty or derived."""
    version = fields.get("version")
    is_derived = version is not None and _DERIVED.fullmatch(str(version))
    given = {
        "entrypoint": fields.get("entrypoint"),
        "description": fields.get("description"),
        "version": None if is_derived else version,
        "tags": unmarked(fields.get("tags")),
        "labels": _labels(fields),
        "parameters": fields.get("parameters"),
    }
    yield from ((name, value) for name, value in given.items() if value)


def _labels(fields: Mapping[str, Json]) -> dict[str, Json]:
    """Without those that the server gives by itself."""
    labels = fields.get("labels")
    listed = labels.items() if isinstance(labels, Mapping) else ()
    return {name: value for name, value in listed if not name.startswith("prefect.")}


def limit_of(limit: Json) -> Json:
    """A limit as `concurrency_limit` says it; null for none."""
    if not isinstance(limit, Mapping):
        return None
    options = {
        name: limit[name]
        for name in ("collision_strategy", "grace_period_seconds")
        if limit.get(name) is not None
    }
    if "shared" in limit:
        return {"global": limit["shared"], **options}
    return {"limit": limit["limit"], **options} if options else limit["limit"]


def _work_pool(address: Address, fields: Mapping[str, Json], pen: Pen) -> Entry:
    pool: dict[str, Json] = {}
    name, queue = fields.get("work_pool_name"), fields.get("work_queue_name")
    if name is not None and pen.says(address, "work_pool_name"):
        pool["name"] = pen.value(name, address, "work_pool")
    own_queue = pen.inventory.default_queues.get(str(name), "default")
    if pool and queue not in {None, own_queue} and pen.says(address, "work_queue_name"):
        pool["work_queue_name"] = pen.value(queue, address, "work_queue")
    if fields.get("job_variables") and pen.says(address, "job_variables"):
        variables = fields["job_variables"]
        pool["job_variables"] = pen.value(variables, address, "job_variables", Place.JOB_VARIABLES)
    return pool


def schedule_of(schedule: Mapping[str, Json], address: Address, pen: Pen) -> Json:
    """A schedule without what is the default of its kind."""
    full = {name: value for name, value in schedule.items() if value is not None}
    entry: dict[str, Json] = {}
    for name in ("slug", "cron", "interval", "rrule", "anchor_date", "timezone"):
        if full.get(name) not in {None, ""}:
            entry[name] = pen.value(full[name], address, name)
    if full.get("day_or") is False:
        entry["day_or"] = False
    if full.get("active") is False:
        entry["active"] = False
    if full.get("parameters"):
        entry["parameters"] = pen.value(full["parameters"], address, "parameters")
    if "max_scheduled_runs" in full:
        entry["max_scheduled_runs"] = whole(full["max_scheduled_runs"])
    return entry
