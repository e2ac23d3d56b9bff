"""From what was written to what shall exist."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from compiler.desired.address import (
    Address,
    Kind,
    concurrency_limit,
    deployment,
    tag_limit,
    variable,
    work_pool,
    work_queue,
)
from compiler.desired.json import Json
from compiler.desired.resources import DesiredState, PoolUse, Resource, Riding
from compiler.diagnostics import Label, Report, Span
from compiler.diagnostics.pages import duplicate_address
from compiler.entrypoints.addresses import earlier_address_of
from compiler.entrypoints.read import Declared, Reading
from compiler.manifest.ignoring import ignored
from compiler.manifest.manifest import Manifest, Placed, queues_of, schedules_of
from compiler.manifest.model import (
    ConcurrencyLimit,
    Deployment,
    GlobalLimit,
    Schedule,
    TagLimit,
    Variable,
    WorkPool,
    WorkQueue,
)
from compiler.manifest.moment import instant, rule, seconds
from compiler.manifest.policy import ignored_everywhere, policy_of

SET_DIRECTORY = "prefect.deployments.steps.set_working_directory"


_NO_DESCRIPTION = "None"  # what YAML makes of `description: None`, and Prefect's client of none


def lower(
    manifests: tuple[Manifest, ...],
    declared: tuple[Declared, ...],
    templates: Mapping[str, Json],
    *,
    stack: str | None,
    revision: str | None,
    report: Report,
) -> DesiredState:
    """Everything that the files want.

    `templates` are the contents of the job templates kept in files of their own,
    by pool name; `revision` is the commit that stands for the code, None outside
    of version control.
    """
    resources: dict[Address, Resource] = {}
    everywhere = ignored_everywhere(manifests)
    found = [
        *(each for manifest in manifests for each in _plain_things(manifest)),
        *(each for manifest in manifests for each in _pools(manifest, templates)),
        *(_deployment(one, one.reading, revision, everywhere) for one in declared if one.reading),
    ]
    for resource in found:
        first = resources.setdefault(resource.address, resource)
        if first is not resource:
            _refuse_duplicate(resource, first, report)
    owned = frozenset(resources)
    return DesiredState(
        stack=stack,
        resources=tuple(_needing(resource, owned) for resource in resources.values()),
        pool_uses=tuple(_pool_uses(declared)),
        is_understood=all(manifest.is_understood for manifest in manifests),
        known_after_build=tuple(at for each in manifests for at in each.taken.after_build),
        policy=policy_of(manifests),
    )


def _refuse_duplicate(second: Resource, first: Resource, report: Report) -> None:
    report.add(
        duplicate_address.RULE,
        f"{second.address} is declared twice",
        second.written_at,
        hint=_known_by(second.address),
        related=[Label(first.written_at, "first declared here")],
    )


def _known_by(address: Address) -> str:
    if address.kind is Kind.DEPLOYMENT:
        return "a deployment is known by its flow and its name"
    return f"a {address.kind} is known by its {'tag' if address.kind is Kind.TAG_LIMIT else 'name'}"


def _needing(resource: Resource, owned: frozenset[Address]) -> Resource:
    """The resource with its needs cut down to what these files declare."""
    return replace(resource, needs=resource.needs & owned)


def _pool_uses(declared: tuple[Declared, ...]) -> Iterator[PoolUse]:
    for one in declared:
        pool = one.deployment.value.work_pool
        if pool is not None and pool.name:
            yield PoolUse(pool=pool.name, at=one.deployment.at("work_pool", "name"))


def _plain_things(manifest: Manifest) -> Iterator[Resource]:
    """What needs nothing else."""
    yield from map(_variable, manifest.variables)
    yield from map(_limit, manifest.concurrency_limits)
    yield from map(_tag_limit, manifest.tag_limits)


def _variable(written: Placed[Variable]) -> Resource:
    value = written.value
    fields: dict[str, Json] = {"value": value.value}
    if written.has("tags"):
        fields["tags"] = list(value.tags or [])
    return Resource(
        address=variable(value.name),
        fields=fields,
        initial={"tags": []},
        protect=value.protect,
        written_at=written.at("name"),
        where={name: written.at(name) for name in fields},
    )


def _limit(written: Placed[GlobalLimit]) -> Resource:
    value = written.value
    fields: dict[str, Json] = {"limit": value.limit}
    if written.has("slot_decay_per_second"):
        fields["slot_decay_per_second"] = value.slot_decay_per_second or 0.0
    if value.active is not None:
        fields["active"] = value.active
    return Resource(
        address=concurrency_limit(value.name),
        fields=fields,
        protect=value.protect,
        written_at=written.at("name"),
        where={name: written.at(name) for name in fields},
    )


def _tag_limit(written: Placed[TagLimit]) -> Resource:
    value = written.value
    return Resource(
        address=tag_limit(value.tag),
        fields={"limit": value.limit},
        protect=value.protect,
        written_at=written.at("tag"),
        where={"limit": written.at("limit")},
    )


def _pools(manifest: Manifest, templates: Mapping[str, Json]) -> Iterator[Resource]:
    for pool in manifest.work_pools:
        yield _pool(pool, templates)
        for queue in queues_of(pool):
            yield _queue(pool.value.name, queue)


def _pool(pool: Placed[WorkPool], templates: Mapping[str, Json]) -> Resource:
    value = pool.value
    fields: dict[str, Json] = {"type": value.type} if pool.has("type") else {}
    if pool.has("description"):
        fields["description"] = value.description or None
    if pool.has("concurrency_limit"):
        fields["concurrency_limit"] = value.concurrency_limit
    if value.paused is not None:
        fields["is_paused"] = value.paused
    if isinstance(value.base_job_template, str):
        fields["base_job_template"] = templates.get(value.name)
    elif value.base_job_template is not None:
        fields["base_job_template"] = value.base_job_template
    return Resource(
        address=work_pool(value.name),
        fields=fields,
        initial={"type": value.type},
        protect=value.protect,
        written_at=pool.at("name"),
        where={name: pool.at("paused" if name == "is_paused" else name) for name in fields},
    )


def _queue(pool: str, queue: Placed[WorkQueue]) -> Resource:
    value = queue.value
    fields: dict[str, Json] = {}
    if value.priority is not None:
        fields["priority"] = value.priority
    if queue.has("concurrency_limit"):
        fields["concurrency_limit"] = value.concurrency_limit
    if queue.has("description"):
        fields["description"] = value.description or ""
    if value.paused is not None:
        fields["is_paused"] = value.paused
    return Resource(
        address=work_queue(pool, value.name),
        fields=fields,
        needs=frozenset({work_pool(pool)}),
        protect=value.protect,
        written_at=queue.at("name"),
        where={name: queue.at("paused" if name == "is_paused" else name) for name in fields},
    )


def _deployment(
    one: Declared, reading: Reading, revision: str | None, everywhere: tuple[str, ...]
) -> Resource:
    written = one.deployment
    value = written.value
    fields = {
        **_plain_fields(written),
        **_code_fields(written, reading),
        **_where_it_runs(written),
        **_schedules(one),
    }
    steps = _pull_steps(one)
    if steps is not None:
        fields["pull_steps"] = steps
    needs = _needs(value)
    return Resource(
        address=deployment(reading.flow_name, value.name),
        fields=fields,
        initial=_initial(value),
        riding=_riding(fields, reading, revision),
        unknown_parameters=reading.flow.unknown if reading.flow else frozenset(),
        needs=needs,
        ignored=ignored((*(value.ignore or ()), *everywhere)),
        protect=value.protect,
        renamed_from=earlier_address_of(one),
        written_at=written.at("name"),
        where=_places(written, fields),
    )


def _needs(value: Deployment) -> frozenset[Address]:
    pool = value.work_pool
    if pool is None or not pool.name:
        return frozenset()
    queue = {work_queue(pool.name, pool.work_queue_name)} if pool.work_queue_name else set()
    return frozenset({work_pool(pool.name), *queue})


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


def _concurrency(limit: int | ConcurrencyLimit | None) -> Json:
    if limit is None:
        return None
    if not isinstance(limit, ConcurrencyLimit):
        return {"limit": limit, "collision_strategy": None, "grace_period_seconds": None}
    grace = limit.grace_period_seconds
    strategy = limit.collision_strategy or (None if grace is None else "ENQUEUE")
    return {
        "limit": limit.limit,
        "collision_strategy": strategy,
        "grace_period_seconds": grace,
    }


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


def _riding(
    fields: Mapping[str, Json], reading: Reading, revision: str | None
) -> dict[str, Riding]:
    riding: dict[str, Riding] = {}
    version = revision or (reading.flow.version if reading.flow else None) or reading.file_version
    if "version" not in fields and version is not None:
        riding["version"] = Riding(version)
    if "pull_steps" not in fields and reading.folder is not None:
        directory = "/opt/prefect" if _has_image(fields) else reading.folder
        steps: Json = [{SET_DIRECTORY: {"directory": directory}}]
        riding["pull_steps"] = Riding(steps, along="entrypoint")
    return riding


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
