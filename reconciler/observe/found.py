"""A deployment as it is read, before the name of its flow is known.

Its answer is taken apart as its page comes: all answers of a large stack would take more
memory than the rest of a plan.
"""

from dataclasses import dataclass
from uuid import UUID

from compiler.state.observed import Observed
from reconciler.api import wire
from reconciler.observe import canonical


@dataclass(frozen=True, slots=True)
class Found:
    """Its name, its flow, and what it is."""

    name: str
    flow_id: UUID
    thing: Observed


def found_as(out: wire.DeploymentOut) -> Found:
    """What is kept of an answer."""
    return Found(name=out.name, flow_id=out.flow_id, thing=canonical.deployment(out))
