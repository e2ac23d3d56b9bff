"""An example for each key, which editors show; each is valid where it stands."""

from collections.abc import Mapping as Values

from compiler.desired.json import Json

# By key, or by the part of the document and the key where a key means several things.
EXAMPLES: Values[str, Json] = {
    "anchor_date": "2026-01-01T00:00:00+01:00",
    "base_job_template": "templates/k8s.json",
    "base_job_template_patch": {"variables": {"properties": {"namespace": {"default": "flows"}}}},
    "concurrency_limit": 3,
    "concurrency_limits": [{"name": "warehouse", "limit": 5}],
    "Defaults.concurrency_limit": {"limit": 1, "collision_strategy": "CANCEL_NEW"},
    "Deployment.concurrency_limit": {"limit": 1, "collision_strategy": "CANCEL_NEW"},
    "cron": "0 3 * * *",
    "default": "eu-west-1",
    "defaults": {"tags": ["team:data"], "work_pool": {"name": "k8s"}},
    "definitions": {"usual": {"rows": 500}},
    "deletes": {"share": 0.5, "from": 10},
    "deployments": [{"name": "nightly", "entrypoint": "flows/etl.py:etl"}],
    "description": "Loads the orders of a day.",
    "entrypoint": "flows/etl.py:etl",
    "environments": {"prod": {"vars": {"region": "eu-central-1"}}},
    "external": {"work_pools": ["k8s"]},
    "flow_name": "etl",
    "from": 10,
    "global": "warehouse",
    "grace_period_seconds": 120,
    "ignore": ["parameters.rows", "schedules.night.active"],
    "Policy.ignore": ["paused", "work_pool.job_variables.env"],
    "include": ["teams/*/deploy.yaml"],
    "interval": 3600,
    "job_variables": {"image": "shop/flows:1.10", "env": {"STAGE": "prod"}},
    "labels": {"team": "data"},
    "limit": 1,
    "max_scheduled_runs": 10,
    "name": "nightly",
    "GlobalLimit.name": "warehouse",
    "Block.name": "shop-token",
    "Block.type": "secret",
    "data": {"value": "{{ $SHOP_TOKEN }}"},
    "blocks": [{"name": "shop-token", "type": "secret", "data": {"value": "{{ $SHOP_TOKEN }}"}}],
    "External.blocks": ["secret/shop-token"],
    "Variable.name": "stage",
    "value": {"region": "eu-west-1"},
    "Document.name": "shop",
    "WorkPool.name": "k8s",
    "WorkPoolUse.name": "k8s",
    "WorkQueue.name": "high",
    "name_prefix": "dev-",
    "parameters": {"rows": 500},
    "policy": {"prune": False},
    "prefect-version": "3.8.8",
    "priority": 1,
    "renamed_from": "every-night",
    "replaces": "nightly",
    "rrule": "FREQ=DAILY;BYHOUR=6",
    "schedule": {"cron": "0 3 * * *"},
    "schedules": [{"slug": "night", "cron": "0 3 * * *", "timezone": "Europe/Berlin"}],
    "server": "https://prefect.example.com/api",
    "sla": [{"name": "on time", "duration": 3600, "severity": "high"}],
    "duration": 3600,
    "within": "PT10M",
    "stale_after": 86400,
    "severity": "high",
    "slug": "night",
    "stack": "shop-analytics",
    "slot_decay_per_second": 0.5,
    "tag": "gpu",
    "tag_limits": [{"tag": "gpu", "limit": 2}],
    "tags": ["team:data"],
    "timezone": "Europe/Berlin",
    "triggers": [{"type": "event", "expect": ["shop.order.placed"]}],
    "Input.type": "string",
    "WorkPool.type": "process",
    "variables": [{"name": "stage", "value": "prod"}],
    "vars": {"region": "eu-west-1", "image_tag": {"required": True}},
    "Environment.vars": {"region": "eu-central-1"},
    "version": "1.10.0",
    "version_type": "prefect:simple",
    "work_pool": {"name": "k8s", "work_queue_name": "high"},
    "work_pools": [{"name": "local", "type": "process"}],
    "External.work_pools": ["k8s"],
    "External.variables": ["team"],
    "work_queue_name": "high",
    "work_queues": [{"name": "high", "priority": 1}],
    "build": [
        {
            "prefect_docker.deployments.steps.build_docker_image": {
                "id": "build-image",
                "requires": "prefect-docker",
                "image_name": "shop/flows",
            }
        }
    ],
    "push": [{"prefect_docker.deployments.steps.push_docker_image": {"image_name": "shop/flows"}}],
    "pull": [
        {"prefect.deployments.steps.git_clone": {"repository": "https://example.com/shop.git"}}
    ],
}


def example_of(part: str, key: str) -> Json:
    """The example for a key of a part of the document; None for a key that needs none."""
    return EXAMPLES.get(f"{part}.{key}", EXAMPLES.get(key))
