"""The server's answers in the compiler's own form.

What the server adds or rewrites by itself is taken out here, so that a value
compares equal to the one that was written (each line is a row of the catalogue
of the server's behaviour).
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from compiler.desired.json import Json
from compiler.state.observed import Observed
from reconciler.api import wire

_NO_DESCRIPTION = "None"  # what Prefect's own client stores for a missing one


def deployment(out: wire.DeploymentOut) -> Observed:
    """A deployment as the stack may own it."""
    return Observed(
        id=str(out.id),
        fields={
            "entrypoint": out.entrypoint,
            "description": None if out.description == _NO_DESCRIPTION else out.description,
            "version": out.version,
            "tags": out.tags,
            "labels": out.labels,
            "parameters": out.parameters,
            "parameter_openapi_schema": out.parameter_openapi_schema,
            "enforce_parameter_schema": out.enforce_parameter_schema,
            "paused": out.paused,
            "concurrency": _concurrency(out),
            "work_pool_name": out.work_pool_name,
            "work_queue_name": out.work_queue_name if out.work_pool_name else None,
            "job_variables": out.job_variables,
            "pull_steps": list(out.pull_steps or []),
            "schedules": [schedule(each) for each in sorted(out.schedules, key=_age)],
        },
    )


def _age(out: wire.ScheduleOut) -> tuple[datetime, str]:
    return (out.created or datetime.min.replace(tzinfo=UTC), str(out.id))


def _concurrency(out: wire.DeploymentOut) -> Json:
    limit = out.global_concurrency_limit
    if limit is None:
        return None
    options, shared = out.concurrency_options or {}, _shared_limit(out)
    whose: dict[str, Json] = {"limit": limit.limit} if shared is None else {"shared": shared}
    return {
        **whose,
        "collision_strategy": options.get("collision_strategy"),
        "grace_period_seconds": options.get("grace_period_seconds"),
    }


def _shared_limit(out: wire.DeploymentOut) -> str | None:
    """Name of the limit that the deployment shares with others; None if it is its own."""
    limit = out.global_concurrency_limit
    own = f"deployment:{out.id}"
    return None if limit is None or limit.name == own else limit.name


def schedule(out: wire.ScheduleOut) -> dict[str, Json]:
    """A schedule in the canonical form of `compiler.lowering`, with its id."""
    return {
        "id": str(out.id),
        "slug": out.slug,
        **_times(out.schedule),
        "parameters": out.parameters,
        "active": out.active,
        "max_scheduled_runs": out.max_scheduled_runs,
    }


def _times(written: Mapping[str, Json]) -> dict[str, Json]:
    zone = written.get("timezone")
    if "cron" in written:
        return {
            "cron": written["cron"],
            "day_or": written.get("day_or") is not False,
            "timezone": zone,
        }
    if "interval" in written:
        anchor = datetime.fromisoformat(str(written["anchor_date"])).isoformat()
        return {"interval": written["interval"], "anchor_date": anchor, "timezone": zone}
    return {"rrule": written.get("rrule"), "timezone": zone}


def work_pool(out: wire.WorkPoolOut) -> Observed:
    """A work pool as the stack may own it."""
    return Observed(
        id=str(out.id),
        fields={
            "type": out.type,
            "description": out.description,
            "concurrency_limit": out.concurrency_limit,
            "is_paused": out.is_paused,
            "base_job_template": out.base_job_template,
        },
    )


def work_queue(out: wire.WorkQueueOut) -> Observed:
    """A queue as the stack may own it."""
    return Observed(
        id=str(out.id),
        fields={
            "priority": out.priority,
            "concurrency_limit": out.concurrency_limit,
            "is_paused": out.is_paused,
            "description": out.description or "",
        },
    )
