"""Work pools and their queues."""

from collections.abc import Iterator, Mapping

from compiler.desired.address import work_pool, work_queue
from compiler.desired.json import Json
from compiler.desired.resources import Resource
from compiler.manifest.manifest import Manifest, Placed, queues_of
from compiler.manifest.model import WorkPool, WorkQueue


def lower_pools(manifest: Manifest, templates: Mapping[str, Json]) -> Iterator[Resource]:
    """Its pools, each with its queues; `templates` as in `lower`."""
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
    patch = value.base_job_template_patch
    if value.base_job_template is not None:
        fields["base_job_template"] = templates.get(value.name)
    elif patch is not None:
        fields["base_job_template"] = patch
    is_partial = value.base_job_template is None and patch is not None
    names = {"is_paused": "paused"}
    if is_partial:
        names["base_job_template"] = "base_job_template_patch"
    return Resource(
        address=work_pool(value.name),
        fields=fields,
        initial={"type": value.type},
        partial=frozenset({"base_job_template"} if is_partial else ()),
        protect=value.protect,
        written_at=pool.at("name"),
        where={name: pool.at(names.get(name, name)) for name in fields},
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
