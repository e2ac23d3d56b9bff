"""What is sent for an action: pure functions from values to request bodies.

All that is peculiar about the server's writes stands here, and nothing else does.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from compiler.desired.json import Json, mappings
from compiler.desired.patch import patched
from compiler.desired.resources import Resource
from compiler.diff import parameters, schedules
from compiler.diff.change import FieldChange
from compiler.diff.compare import marked
from compiler.plan.action import Update

Body = Mapping[str, Json]
_TOGETHER = ("parameters", "parameter_openapi_schema", "enforce_parameter_schema")
_WHERE = ("work_pool_name", "work_queue_name", "job_variables")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleSteps:
    """How a deployment's schedules become the wanted ones: ids of those that stay, stay."""

    removed: tuple[str, ...] = ()
    edited: tuple[tuple[str, Body], ...] = ()
    added: tuple[Body, ...] = ()


def new_deployment(resource: Resource, flow_id: str, mark: str) -> dict[str, Json]:
    """POST /deployments/: every field that the server would otherwise reset or guess."""
    fields = {
        **resource.initial,
        **{name: riding.value for name, riding in resource.riding.items()},
        **resource.fields,
    }
    schema = fields.get("parameter_openapi_schema")
    if isinstance(schema, Mapping):
        settled = parameters.settle(schema, resource.unknown_parameters, None)
        fields["parameter_openapi_schema"] = settled
    if fields.get("work_pool_name", "") is None:
        del fields["work_pool_name"]
    fields["tags"] = marked(fields.get("tags"), mark)
    fields["schedules"] = [
        sent(schedule) for schedule in first_schedules(resource) if not _is_capped(schedule)
    ]
    body = {name: value for name, value in fields.items() if name != "concurrency"}
    return {"name": resource.address.name, "flow_id": flow_id, **body, **_limit(fields)}


def later_schedules(resource: Resource) -> tuple[Body, ...]:
    """Schedules that creation would strip of `max_scheduled_runs`; they are added after it."""
    return tuple(sent(each) for each in first_schedules(resource) if _is_capped(each))


def first_schedules(resource: Resource) -> list[Body]:
    """The schedules of a deployment that is not there yet, in full."""
    wanted = resource.fields.get("schedules", ())
    listed = wanted if isinstance(wanted, Sequence) and not isinstance(wanted, str) else ()
    return list(schedules.settle([each for each in listed if isinstance(each, Mapping)], ()))


def _is_capped(schedule: Body) -> bool:
    return schedule.get("max_scheduled_runs") is not None


def _limit(fields: Body) -> dict[str, Json]:
    """A deployment's own limit, in the two fields that the server takes it in.

    Of one that others share only its options: the writer knows its id.
    """
    if "concurrency" not in fields:
        return {}
    limit = fields["concurrency"]
    if not isinstance(limit, Mapping):
        return {"concurrency_limit": None, "concurrency_options": None}
    options = {
        name: limit[name]
        for name in ("collision_strategy", "grace_period_seconds")
        if limit.get(name) is not None
    }
    own = {"concurrency_limit": limit["limit"]} if "limit" in limit else {}
    return {**own, "concurrency_options": options or None}


def changed_deployment(update: Update) -> dict[str, Json]:
    """PATCH /deployments/{id}: the changed fields, what goes along, and what must not go alone.

    Empty when only schedules changed.
    """
    changes = {each.field: each.after for each in update.changes if each.field != "schedules"}
    if not changes:
        return {}
    wanted = {**update.observed.fields, **changes}
    body = {name: value for name, value in changes.items() if name != "concurrency"}
    if any(name in changes for name in _TOGETHER):
        body |= {name: wanted[name] for name in _TOGETHER if name in wanted}
        body["parameters"] = _as_written(body.get("parameters"))
    if any(name in changes for name in _WHERE):
        body |= _place(wanted, changes)
    if "concurrency" in changes:
        body |= _changed_limit(update, changes)
    for name, riding in update.resource.riding.items():
        goes_along = riding.along is None or riding.along in changes
        if goes_along and (name,) not in update.resource.ignored:
            body[name] = riding.value
    return body


def _as_written(parameters: Json) -> Json:
    """Parameters that a PATCH stores as they are: the server would fill templates in at once.

    Source: values with `__prefect_kind` are hydrated at PATCH, and only there.
    """
    if not isinstance(parameters, Mapping):
        return parameters
    return {
        name: {"__prefect_kind": "json", "value": json.dumps(value, default=dict)}
        if isinstance(value, Mapping) and "__prefect_kind" in value
        else value
        for name, value in parameters.items()
    }


def _place(wanted: Body, changes: Body) -> dict[str, Json]:
    """Pool and queue, always named together: a queue alone moves to another pool."""
    pool = wanted.get("work_pool_name")
    if pool is None:
        return {"work_pool_name": None, "work_queue_name": None}
    moved = "work_pool_name" in changes and "work_queue_name" not in changes
    queue = None if moved else wanted.get("work_queue_name")
    return {"work_pool_name": pool, **({"work_queue_name": queue} if queue else {})}


def _changed_limit(update: Update, changes: Body) -> dict[str, Json]:
    """A limit that others share is let go of first, never changed or deleted."""
    if changes["concurrency"] is None and shared_limit(update.observed.fields) is not None:
        return {"concurrency_options": None}
    return _limit(changes)


def shared_limit(fields: Body) -> str | None:
    """Name of the limit that a deployment of these fields shares with others; None if none."""
    limit = fields.get("concurrency")
    name = limit.get("shared") if isinstance(limit, Mapping) else None
    return None if name is None else str(name)


def newly_shared_limit(update: Update) -> str | None:
    """Name of the limit that the deployment is put under, or whose options change."""
    changes = {each.field: each.after for each in update.changes}
    return shared_limit(changes)


def letting_go(update: Update) -> Body | None:
    """What is written before a limit of another owner is: None where nothing is.

    A number would change the limit that is shared; and one's own would stay behind.
    """
    change = next((each for each in update.changes if each.field == "concurrency"), None)
    if change is None or change.before is None:
        return None
    was_shared = shared_limit(update.observed.fields) is not None
    if was_shared == (newly_shared_limit(update) is not None):
        return None
    return {"global_concurrency_limit_id" if was_shared else "concurrency_limit": None}


def changed_schedules(changes: Sequence[FieldChange]) -> ScheduleSteps:
    """The steps from the schedules that are there to those that are wanted."""
    change = next((each for each in changes if each.field == "schedules"), None)
    if change is None:
        return ScheduleSteps()
    live = {str(each["id"]): each for each in mappings(change.before)}
    wanted = list(mappings(change.after))
    kept = {str(each["id"]) for each in wanted if "id" in each}
    return ScheduleSteps(
        removed=tuple(id for id in live if id not in kept),
        edited=tuple(
            (str(each["id"]), sent(each))
            for each in wanted
            if "id" in each and not schedules.alike(each, live[str(each["id"])])
        ),
        added=tuple(sent(each) for each in wanted if "id" not in each),
    )


def sent(schedule: Body) -> dict[str, Json]:
    """A schedule in the server's form; always whole, since what is left out is reset."""
    times = ("cron", "day_or", "interval", "anchor_date", "rrule", "timezone")
    body: dict[str, Json] = {
        "schedule": {name: schedule[name] for name in times if schedule.get(name) is not None},
        "active": schedule.get("active", True),
        "parameters": schedule.get("parameters", {}),
    }
    for name in ("slug", "max_scheduled_runs"):
        if schedule.get(name) is not None:
            body[name] = schedule[name]
    return body


def priority_writes(
    there: Mapping[str, int], wanted: Mapping[str, int]
) -> tuple[tuple[str, int], ...]:
    """Which queues of a pool still have to be given their priority, and in which order.

    The server keeps priorities distinct: a queue that gets one moves on those
    that have it.  From low to high none moves a queue that is already right.
    """
    current, writes = dict(there), []
    for name, priority in sorted(wanted.items(), key=lambda item: item[1]):
        if current.get(name) != priority:
            writes.append((name, priority))
            current = moved_on(current, name, priority)
    return tuple(writes)


def moved_on(current: Mapping[str, int], name: str, priority: int | None) -> dict[str, int]:
    """The priorities of a pool's queues after one of them was given its own.

    A queue that is made without one gets the first that is free.
    """
    if priority is None:
        taken = frozenset(current.values())
        free = next(number for number in range(1, len(taken) + 2) if number not in taken)
        return {**current, name: free}
    others = sorted((old, other) for other, old in current.items() if other != name)
    after, last = {name: priority}, 0
    for old, other in others:
        place = max(old, last + 1)
        place += place == priority
        after[other] = last = place
    return after


def new_pool(resource: Resource, templates: Mapping[str, Json]) -> dict[str, Json]:
    """POST /work_pools/: with the type's own template where the file gives none."""
    fields = {**resource.initial, **resource.fields}
    template = templates.get(str(fields["type"]), {})
    if "base_job_template" in resource.partial:
        fields["base_job_template"] = patched(template, fields["base_job_template"])
    return {"name": resource.address.name, "base_job_template": template, **fields}


def fires(update: Update) -> bool:
    """Whether the deployment, once updated, makes runs by itself."""
    changed = {each.field: each.after for each in update.changes}
    return bool(schedules.firing({**update.observed.fields, **changed}))


def made(resource: Resource) -> Body:
    """The fields of a deployment that has just been made."""
    return {**resource.initial, **resource.fields, "schedules": first_schedules(resource)}
