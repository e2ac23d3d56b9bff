"""What stands alone under a name: variables and limits."""

from collections.abc import Iterator

from compiler.desired.address import concurrency_limit, tag_limit, variable
from compiler.desired.json import Json
from compiler.desired.resources import Resource
from compiler.manifest.manifest import Manifest, Placed
from compiler.manifest.model import GlobalLimit, TagLimit, Variable


def lower_things(manifest: Manifest) -> Iterator[Resource]:
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
