"""Keys that people write in the wrong place, and where they belong.

All of them were found in public repositories, where Prefect drops them in silence.
"""

from compiler.manifest.model import Defaults, Document, keys_of
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
    "anchor_date": "it belongs in an item of 'schedules'",
    "day_or": "it belongs in an item of 'schedules'",
    "active": "write 'active' in the schedule, or 'paused' here",
    "enabled": "write 'active' in the schedule, or 'paused' here",
    "slug": "it belongs in an item of 'schedules'",
    "env": "it belongs inside 'work_pool', below 'job_variables'",
    "image": "it belongs inside 'work_pool', below 'job_variables'",
    "flow": "write 'entrypoint: path/to/file.py:function'",
    "infrastructure": "Prefect 3 has none; use 'work_pool' with 'job_variables'",
    "infra": "Prefect 3 has none; use 'work_pool' with 'job_variables'",
    "storage": "Prefect 3 has none; use 'pull' steps",
    "retries": "it belongs in the flow's decorator",
    "retry_delay_seconds": "it belongs in the flow's decorator",
    "timeout_seconds": "it belongs in the flow's decorator",
    "log_prints": "it belongs in the flow's decorator",
    "flow_run_name": "it belongs in the flow's decorator",
    "policy": "it stands at the top of the file, for the whole stack",
    "prune": "it belongs inside 'policy', at the top of the file",
    "renamed_from": "it belongs in one deployment",
}
_IN_DOCUMENT = {
    "prune": "it belongs inside 'policy'",
    "deletes": "it belongs inside 'policy'",
    "ignore": "it belongs in a deployment, or inside 'policy' for all of them",
    "renamed_from": "it belongs in one deployment",
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
    "variables": "did you mean 'job_variables'?",
    "type": "a pool's type stands in the top-level 'work_pools'",
    "base_job_template": "it stands in the top-level 'work_pools'",
    "queue_name": "write 'work_queue_name'",
    "work_pool_name": "write 'name'",
    "pool": "write 'name'",
}
_IN_SCHEDULE = {
    "max_active_runs": "Prefect 3.0 wrote it and nothing reads it; use 'concurrency_limit'",
    "catchup": "Prefect 3.0 wrote it and nothing reads it; remove it",
    "flow_run_name": "a schedule names no runs; set 'flow_run_name' on the flow",
    "tz": "did you mean 'timezone'?",
    "start_date": "did you mean 'anchor_date'?",
    "enabled": "did you mean 'active'?",
    "paused": "write 'active: false' to stop one schedule",
    "name": "did you mean 'slug'?",
    "schedule": "its keys belong right here, without 'schedule'",
}
_RENAMED = {
    "deployments": {"is_paused": "paused"},
    "work_pool": {
        "flow_variables": "job_variables",
        "queue": "work_queue_name",
        "work_queue": "work_queue_name",
    },
    "schedules": {"tz": "timezone", "start_date": "anchor_date", "enabled": "active"},
    "work_pools": {"queues": "work_queues", "is_paused": "paused"},
    "work_queues": {"limit": "concurrency_limit", "is_paused": "paused"},
}
_IN_POOL = {
    "queues": "did you mean 'work_queues'?",
    "is_paused": "write 'paused'",
    "job_variables": "defaults stand in the variables of 'base_job_template'",
    "default_queue_id": "it is the server's own",
}
_IN_QUEUE = {
    "limit": "did you mean 'concurrency_limit'?",
    "is_paused": "write 'paused'",
}
_OF_DEPLOYMENTS = frozenset(keys_of(Defaults)) - frozenset(keys_of(Document))


def hint_for(name: str, path: tuple[Step, ...]) -> str | None:
    """Where the key `name` belongs, written at `path`; None if it is just unknown."""
    names = [step for step in path if isinstance(step, str)]
    around = names[-1] if names else ""
    known = {
        "": _IN_DOCUMENT,
        "deployments": _IN_DEPLOYMENT,
        "defaults": _IN_DEPLOYMENT,
        "work_pool": _IN_WORK_POOL_USE,
        "schedules": _IN_SCHEDULE,
        "schedule": _IN_SCHEDULE,
        "work_pools": _IN_POOL,
        "work_queues": _IN_QUEUE,
    }.get(around, {})
    if name in known:
        return known[name]
    if name in _OF_DEPLOYMENTS and (not names or names[-2:-1] == ["environments"]):
        return "it belongs in a deployment, or in 'defaults' for all of them"
    return None


def renamed_to(name: str, path: tuple[Step, ...]) -> str | None:
    """The key that does what `name` was meant to do, in the same place; None if there is none."""
    names = [step for step in path if isinstance(step, str)]
    return _RENAMED.get(names[-1] if names else "", {}).get(name)
