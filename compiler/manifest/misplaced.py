"""Keys that people write in the wrong place, and where they belong.

All of them were found in public repositories, where Prefect drops them in silence.
"""

from compiler.source.locate import Step

_IN_DEPLOYMENT = {
    "job_variables": "it belongs inside 'work_pool'",
    "work_queue_name": "it belongs inside 'work_pool'",
    "work_queue": "write 'work_pool: {name: …, work_queue_name: …}'",
    "pool": "write 'work_pool: {name: …}'",
    "work_pool_name": "write 'work_pool: {name: …}'",
    "collision_strategy": "it belongs inside 'concurrency_limit: {limit: …}'",
    "grace_period_seconds": "it belongs inside 'concurrency_limit: {limit: …}'",
    "is_paused": "write 'paused'",
    "is_schedule_active": "write 'active' in the schedule, or 'paused' here",
    "cron": "it belongs in an item of 'schedules'",
    "interval": "it belongs in an item of 'schedules'",
    "rrule": "it belongs in an item of 'schedules'",
    "timezone": "it belongs in an item of 'schedules'",
    "infra_overrides": "Prefect 3 calls it 'job_variables', inside 'work_pool'",
    "path": "Prefect 3 has none; use 'pull' steps",
}
_IN_WORK_POOL_USE = {
    "flow_variables": "did you mean 'job_variables'?",
    "concurrency_limit": "a deployment's limit stands beside 'work_pool'; "
    "a pool's own in the top-level 'work_pools'",
    "collision_strategy": "it belongs inside the deployment's 'concurrency_limit'",
    "queue": "write 'work_queue_name'",
    "work_queue": "write 'work_queue_name'",
    "env": "it belongs inside 'job_variables'",
    "image": "it belongs inside 'job_variables'",
}
_IN_SCHEDULE = {
    "max_active_runs": "Prefect 3.0 wrote it and nothing reads it; use 'concurrency_limit'",
    "catchup": "Prefect 3.0 wrote it and nothing reads it; remove it",
    "flow_run_name": "a schedule names no runs; set 'flow_run_name' on the flow",
    "tz": "did you mean 'timezone'?",
}
_RENAMED = {
    "deployments": {"is_paused": "paused"},
    "work_pool": {
        "flow_variables": "job_variables",
        "queue": "work_queue_name",
        "work_queue": "work_queue_name",
    },
    "schedules": {"tz": "timezone"},
}
_LATER = frozenset(
    {
        *("variables", "blocks", "concurrency_limits", "automations"),
        *("policy", "renamed_from", "protect", "ignore"),
    }
)


def hint_for(name: str, path: tuple[Step, ...]) -> str | None:
    """Where the key `name` belongs, written at `path`; None if it is just unknown."""
    names = [step for step in path if isinstance(step, str)]
    around = names[-1] if names else ""
    known = {
        "deployments": _IN_DEPLOYMENT,
        "defaults": _IN_DEPLOYMENT,
        "work_pool": _IN_WORK_POOL_USE,
        "schedules": _IN_SCHEDULE,
        "schedule": _IN_SCHEDULE,
    }.get(around, {})
    if name in known:
        return known[name]
    if name in _LATER and around in {"", "deployments"}:
        return "this version does not support it yet"
    return None


def renamed_to(name: str, path: tuple[Step, ...]) -> str | None:
    """The key that does what `name` was meant to do, in the same place; None if there is none."""
    names = [step for step in path if isinstance(step, str)]
    return _RENAMED.get(names[-1] if names else "", {}).get(name)
