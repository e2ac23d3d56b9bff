"""Look again: a server that did not take a value is a named error, never silence."""

from collections.abc import Mapping

from compiler.desired.address import Address
from compiler.desired.resources import DesiredState
from compiler.diff.change import FieldChange
from compiler.diff.compare import compare
from compiler.plan.action import Create, Update
from compiler.plan.build import Plan
from reconciler.api.client import PrefectClient
from reconciler.apply.walker import Done, Outcome
from reconciler.observe.reader import read_again


async def verify(
    plan: Plan,
    outcomes: Mapping[Address, Outcome[Address]],
    client: PrefectClient,
    desired: DesiredState,
) -> dict[Address, tuple[FieldChange, ...] | None]:
    """What is not as it was written, by address; None for a thing that is not there.

    Only what this run made or changed is looked at, in pages.

    Raises:
        ApiError: the server could not be read.
    """
    written = [
        action.resource
        for action in plan.actions
        if isinstance(action, (Create, Update)) and isinstance(outcomes[action.address], Done)
    ]
    if not written:
        return {}
    found = await read_again(client, desired, [each.address for each in written])
    left: dict[Address, tuple[FieldChange, ...] | None] = {}
    for resource in written:
        there = found.get(resource.address)
        changes = None if there is None else compare(resource, there, mark=plan.mark)
        if changes or changes is None:
            left[resource.address] = changes
    return left
