"""Deployments."""

from collections.abc import Mapping, Sequence

from compiler.desired.address import (
    Address,
    concurrency_limit,
    deployment,
    work_pool,
    work_queue,
)
from compiler.desired.clone import SET_DIRECTORY, Clone, Code
from compiler.desired.json import Json
from compiler.desired.resources import Resource, Riding
from compiler.diagnostics import Span
from compiler.entrypoints.addresses import earlier_address_of
from compiler.entrypoints.read import Declared, Reading
from compiler.lowering.referring import referred
from compiler.manifest.ignoring import ignored
from compiler.manifest.manifest import Placed, schedules_of
from compiler.manifest.model import ConcurrencyLimit, Deployment, Schedule, SharedLimit
from compiler.manifest.moment import instant, rule, seconds

_READ_FROM_CODE = "parameter_openapi_schema"  # large, and nothing in it is a reference
_NO_DESCRIPTION = "None"  # what YAML makes of `description: None`, and Prefect's client of none


def lower_deployment(
    one: Declared, reading: Reading, code: Code, everywhere: tuple[str, ...]
) -> Resource:
    """One deployment; `everywhere` are paths that all deployments leave to the server."""
    written = one.deployment
    value = written.value
    fields = {
        **_plain_fields(written),
        **_code_fields(written, reading),
        **_where_it_runs(written),
        **_schedules(one),
    }
    steps = _pull_steps(one)
    if steps is None and fields.get("work_pool_name", "") is None:
        steps = [{SET_DIRECTORY: {"directory": "."}}]  # served where the code is, by no worker
    if steps is None and code.clone is not None and code.clone.is_fixed:
        steps = _steps_of(code.clone, fields, reading)
    if steps is not None:
        fields["pull_steps"] = steps
    written_fields = {name: each for name, each in fields.items() if name != _READ_FROM_CODE}
    needs = _needs(value) | frozenset(referred(written_fields))
    return Resource(
        address=deployment(reading.flow_name, value.name),
        fields=fields,
        initial=_initial(value),
        riding=_riding(fields, reading, code),
        unknown_parameters=reading.flow.unknown if reading.flow else frozenset(),
        needs=needs,
        ignored=ignored((*(value.ignore or ()), *everywhere)),
        protect=value.protect,
        renamed_from=earlier_address_of(one),
        written_at=written.at("name"),
        where=_places(written, fields),
    )


def _needs(value: Deployment) -> frozenset[Address]:
    pool, limit = value.work_pool, value.concurrency_limit
    needs = {concurrency_limit(limit.global_)} if isinstance(limit, SharedLimit) else set()
    if pool is not None and pool.name:
        needs.add(work_pool(pool.name))
        if pool.work_queue_name:
            needs.add(work_queue(pool.name, pool.work_queue_name))
    return frozenset(needs)


def _plain_fields(written: Placed[Deployment]) -> dict[str, Json]:
    """Fields that stand in the file as they stand on the server."""
    value = written.value
    fields: dict[str, Json] = {}
    if value.entrypoint is not None:
        fields["entrypoint"] = value.entrypoint
    if value.version:
        fields["version"] = value.version
    if written.has("tags"):
        fields["tags"] = [tag for tag in value.tags or [] if tag]
    if written.has("parameters"):
        fields["parameters"] = value.parameters or {}
    if value.enforce_parameter_schema is not None:
        fields["enforce_parameter_schema"] = value.enforce_parameter_schema
    if value.paused is not None:
        fields["paused"] = value.paused
    if written.has("concurrency_limit"):
        fields["concurrency"] = _concurrency(value.concurrency_limit)
    return fields


def _concurrency(limit: int | ConcurrencyLimit | SharedLimit | None) -> Json:
    if limit is None:
        return None
    if isinstance(limit, int):
        return {"limit": limit, "collision_strategy": None, "grace_period_seconds": None}
    whose = {"shared": limit.global_} if isinstance(limit, SharedLimit) else {"limit": limit.limit}
    grace = limit.grace_period_seconds
    strategy = limit.collision_strategy or (None if grace is None else "ENQUEUE")
    return {**whose, "collision_strategy": strategy, "grace_period_seconds": grace}


def _code_fields(written: Placed[Deployment], reading: Reading) -> dict[str, Json]:
    fields: dict[str, Json] = {}
    if _describes_itself(written):
        fields["description"] = written.value.description
    elif reading.flow is not None and "description" not in reading.flow.unknown_options:
        fields["description"] = reading.flow.description
    if reading.flow is not None:
        fields["parameter_openapi_schema"] = reading.flow.parameter_schema
    return fields


def _describes_itself(written: Placed[Deployment]) -> bool:
    return written.value.description not in {None, "", _NO_DESCRIPTION}


def _where_it_runs(written: Placed[Deployment]) -> dict[str, Json]:
    pool = written.value.work_pool
    if pool is None:
        return {"work_pool_name": None} if written.has("work_pool") else {}
    fields: dict[str, Json] = {}
    if pool.name:
        fields["work_pool_name"] = pool.name
    if pool.name and pool.work_queue_name:
        fields["work_queue_name"] = pool.work_queue_name
    if "job_variables" in pool.model_fields_set:
        fields["job_variables"] = pool.job_variables or {}
    return fields


def _pull_steps(one: Declared) -> Sequence[Json] | None:
    """The steps that the file gives; None where it gives none and the default is meant.

    In a lenient file a null is as good as absent, as it is for Prefect.
    """
    document = one.manifest.document
    for part in (one.deployment, document):
        steps = part.value.pull
        if part.has("pull") and not (steps is None and one.manifest.lenient):
            return [steps] if isinstance(steps, dict) and steps else list(steps or [])
    return None


def _schedules(one: Declared) -> dict[str, Json]:
    written = one.deployment
    if not (written.has("schedules") or written.has("schedule")):
        return {}
    schedules = [_schedule(schedule) for schedule in schedules_of(written)]
    if not schedules and (one.manifest.lenient or not written.has("schedules")):
        return {}
    return {"schedules": schedules}


def _schedule(schedule: Placed[Schedule]) -> dict[str, Json]:
    """One schedule in the canonical form; a key that is absent is not ours."""
    value = schedule.value
    form: dict[str, Json] = {}
    if value.cron is not None:
        form = {"cron": value.cron, "day_or": value.day_or is not False}
    elif value.interval is not None:
        form = {"interval": seconds(value.interval)}
        if value.anchor_date is not None:
            form["anchor_date"] = instant(value.anchor_date)
    elif value.rrule is not None:
        text, zone = rule(value.rrule)
        form = {"rrule": text, **({"timezone": zone} if zone else {})}
    form["parameters"] = value.parameters or {}
    given = {
        "timezone": value.timezone,
        "slug": value.slug,
        "replaces": value.replaces,
        "active": value.active,
        "max_scheduled_runs": value.max_scheduled_runs,
    }
    return {**form, **{name: item for name, item in given.items() if item is not None}}


def _initial(value: Deployment) -> dict[str, Json]:
    labels: dict[str, Json] = dict(value.labels or {})
    return {
        "paused": False,
        "enforce_parameter_schema": True,
        "parameters": {},
        "tags": [],
        "schedules": [],
        "labels": labels,
    }


def _steps_of(clone: Clone, fields: Mapping[str, Json], reading: Reading) -> Sequence[Json] | None:
    return None if reading.folder is None or _has_image(fields) else clone.steps(reading.folder)


def _riding(fields: Mapping[str, Json], reading: Reading, code: Code) -> dict[str, Riding]:
    riding: dict[str, Riding] = {}
    version = (
        code.revision or (reading.flow.version if reading.flow else None) or reading.file_version
    )
    if "version" not in fields and version is not None:
        riding["version"] = Riding(version)
    if "pull_steps" not in fields and reading.folder is not None:
        steps = _default_steps(reading.folder, code.clone, has_image=_has_image(fields))
        riding["pull_steps"] = Riding(steps, along="entrypoint")
    return riding


def _default_steps(folder: str, clone: Clone | None, *, has_image: bool) -> Json:
    """Where the code is if nobody says so: in the image, in the repository, in the folder here."""
    if clone is not None and not has_image:
        return clone.steps(folder)
    return [{SET_DIRECTORY: {"directory": "/opt/prefect" if has_image else folder}}]


def _has_image(fields: Mapping[str, Json]) -> bool:
    variables = fields.get("job_variables")
    return isinstance(variables, Mapping) and bool(variables.get("image"))


_KEYS: Mapping[str, tuple[str, ...]] = {
    "work_pool_name": ("work_pool", "name"),
    "work_queue_name": ("work_pool", "work_queue_name"),
    "job_variables": ("work_pool", "job_variables"),
    "concurrency": ("concurrency_limit",),
    "pull_steps": ("pull",),
    "parameter_openapi_schema": ("entrypoint",),
}


def _places(written: Placed[Deployment], fields: Mapping[str, Json]) -> dict[str, Span]:
    """Where each field was written; a server's refusal is shown there.  Not what the flow says."""
    of_the_flow = {"parameter_openapi_schema"}
    if not _describes_itself(written):
        of_the_flow.add("description")
    return {
        name: written.at(*_KEYS.get(name, (name,))) for name in fields if name not in of_the_flow
    }
