"""Deployment files as strategies: right ones, and ones that somebody has laid a hand on."""

from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import strategies as st

Path = tuple[str | int, ...]

WHOLE: Mapping[str, Any] = {
    "name": "shop",
    "prefect-version": "3.0.0",
    "stack": "shop",
    "include": ["teams/*.yaml"],
    "vars": {"region": "eu", "tag": {"required": True, "type": "string"}, "zones": ["a", 1, None]},
    "external": {"work_pools": ["k8s"], "blocks": ["secret/token"], "variables": ["team"]},
    "definitions": {"anything": [1, {"a": None}]},
    "policy": {
        "prune": True,
        "deletes": {"share": "50%", "from": 10},
        "ignore": ["parameters.rows", "paused"],
    },
    "build": None,
    "pull": [{"prefect.deployments.steps.git_clone": {"repository": "https://example.com"}}],
    "defaults": {"tags": ["a"], "work_pool": {"name": "k8s"}},
    "work_pools": [
        {
            "name": "local",
            "type": "process",
            "concurrency_limit": 3,
            "paused": False,
            "base_job_template": {"job_configuration": {}, "variables": {}},
            "work_queues": [
                {"name": "high", "priority": 1, "concurrency_limit": None, "protect": True}
            ],
            "protect": False,
        }
    ],
    "deployments": [
        {
            "name": "nightly",
            "entrypoint": "flows/etl.py:etl",
            "description": None,
            "version": "1",
            "tags": ["a", "b"],
            "parameters": {"rows": 5, "more": {"a": [1.5, None]}},
            "enforce_parameter_schema": True,
            "schedules": [
                {"cron": "0 3 * * *", "timezone": "UTC", "day_or": True, "slug": "night"},
                {"interval": 3600, "anchor_date": "2024-01-01", "active": False},
                {"rrule": "FREQ=DAILY", "parameters": {}, "max_scheduled_runs": 5},
            ],
            "paused": True,
            "concurrency_limit": {"limit": 1, "collision_strategy": "ENQUEUE"},
            "work_pool": {"name": "k8s", "work_queue_name": "q", "job_variables": {"cpu": 1}},
            "labels": {"team": "data", "n": 1, "x": 1.5, "y": True},
            "triggers": [
                {
                    "name": "on order",
                    "type": "event",
                    "match": {"a": "b", "c": ["d"]},
                    "match_related": [{"a": "b"}],
                    "expect": ["shop.*"],
                    "threshold": 2,
                    "within": 1.5,
                    "parameters": {"rows": 1},
                    "schedule_after": "PT1H",
                }
            ],
            "protect": True,
            "ignore": ["schedules.night.active"],
            "renamed_from": "etl/every-night",
        },
        {"name": "hourly", "flow_name": "etl", "schedule": {"interval": "PT1H"}},
    ],
    "automations": [
        {
            "name": "late",
            "enabled": True,
            "tags": ["a"],
            "trigger": {
                "require": "any",
                "triggers": [
                    {
                        "posture": "Metric",
                        "metric": {"name": "lateness", "operator": ">", "threshold": 1},
                    },
                    {"after": ["x"], "for_each": ["y"], "posture": "Proactive"},
                ],
            },
            "actions": [{"type": "run-deployment", "deployment": "etl/nightly", "force": None}],
            "actions_on_resolve": [{"type": "change-flow-run-state", "state": "FAILED"}],
            "protect": False,
        }
    ],
    "environments": {
        "prod": {
            "stack": "shop-prod",
            "name_prefix": "prod-",
            "server": "https://example.com/api",
            "vars": {"region": {"deep": 1}},
            "policy": {"deletes": "allow"},
            "deployments": [{"name": "nightly", "concurrency_limit": 3}],
        }
    },
}
ODD = (
    st.none()
    | st.booleans()
    | st.integers(-3, 2**40)
    | st.sampled_from([0.5, 1.0, -1.0, 1e300])
    | st.sampled_from(
        ["", "x", "5", "{{ $A }}", "a {{ vars.b }} c", "{{", "{{\n}}", "ENQUEUE", "Ü x"]
    )
)
VALUES = st.recursive(
    ODD,
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["name", "limit", "cron", "x", "1st"]), inner, max_size=2)
    ),
    max_leaves=4,
)


def paths(value: object, at: Path = ()) -> Iterator[Path]:
    """Every place of a document but the document itself."""
    inner = (
        value.items()
        if isinstance(value, Mapping)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for step, item in inner:
        yield (*at, step)
        yield from paths(item, (*at, step))


def changed(value: Any, path: Path, new: object) -> Any:
    """The document with another value at one place."""
    if not path:
        return new
    step, rest = path[0], path[1:]
    if isinstance(value, Mapping):
        return {key: changed(one, rest, new) if key == step else one for key, one in value.items()}
    return [changed(one, rest, new) if at == step else one for at, one in enumerate(value)]


def without(value: Any, path: Path) -> Any:
    """The document without one place."""
    step, rest = path[0], path[1:]
    if rest:
        inner = value[step]
        return changed(value, (step,), without(inner, rest))
    if isinstance(value, Mapping):
        return {key: one for key, one in value.items() if key != step}
    return [one for at, one in enumerate(value) if at != step]


def renamed(value: Any, path: Path, name: str) -> Any:
    """The document with another key at one place."""
    step, rest = path[0], path[1:]
    if rest:
        return changed(value, (step,), renamed(value[step], rest, name))
    if isinstance(value, Mapping):
        return {name if key == step else key: one for key, one in value.items()}
    return value


@st.composite
def documents(draw: st.DrawFn) -> Any:
    """The whole document, changed in up to three places."""
    document: Any = WHOLE
    for _ in range(draw(st.integers(0, 3))):
        places = list(paths(document))
        if not places:
            break
        path = draw(st.sampled_from(places))
        match draw(st.sampled_from(["change", "remove", "rename"])):
            case "change":
                document = changed(document, path, draw(VALUES))
            case "remove":
                document = without(document, path)
            case _:
                document = renamed(
                    document, path, draw(st.sampled_from(["name", "x", "1st", "tags"]))
                )
    return document
