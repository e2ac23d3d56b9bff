"""A deployment as it is read, before the name of its flow is known.

Its answer is taken apart as its page comes: all answers of a large stack would take more
memory than the rest of a plan.  So would the schemas of parameters, which are nearly always
those that the files want, and then the same objects.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from hashlib import blake2b
from uuid import UUID

from compiler.desired.json import Json
from compiler.desired.resources import Resource
from compiler.state.observed import Observed
from reconciler.api import wire
from reconciler.observe import canonical

_SCHEMA = "parameter_openapi_schema"


@dataclass(frozen=True, slots=True)
class Found:
    """Its name, its flow, and what it is."""

    name: str
    flow_id: UUID
    thing: Observed


def found_as(out: wire.DeploymentOut) -> Found:
    """What is kept of an answer."""
    return Found(name=out.name, flow_id=out.flow_id, thing=canonical.deployment(out))


def found_beside(wanted: Iterable[Resource]) -> Callable[[wire.DeploymentOut], Found]:
    """What is kept of answers where these things are wanted."""
    schemas = {
        _digest(schema): schema
        for each in wanted
        if (schema := each.fields.get(_SCHEMA)) is not None
    }

    def kept(out: wire.DeploymentOut) -> Found:
        found = found_as(out)
        schema = found.thing.fields.get(_SCHEMA)
        same = schemas.get(_digest(schema)) if schema is not None else None
        if same is None:
            return found
        fields = {**found.thing.fields, _SCHEMA: same}
        return replace(found, thing=replace(found.thing, fields=fields))

    return kept


def _digest(schema: Json) -> bytes:
    text = json.dumps(schema, separators=(",", ":"), sort_keys=True, default=dict)
    return blake2b(text.encode(), digest_size=16).digest()
