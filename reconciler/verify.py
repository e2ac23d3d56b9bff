"""Look again: a server that did not take a value is a named error, never silence."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from compiler.desired.address import Address
from compiler.diff.attribution import last_applied
from compiler.diff.change import FieldChange
from compiler.diff.compare import Known, compare
from compiler.plan.action import Create, Update
from compiler.plan.build import Plan
from compiler.state.observed import Observed
from reconciler.api.client import PrefectClient
from reconciler.apply.walker import Done, Outcome
from reconciler.observe.naming import naming_of
from reconciler.observe.reader import read_again


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the server holds of what was written, and what of it is not as it was written.

    None in `left` stands for a thing that is not there.
    """

    found: Mapping[Address, Observed] = field(default_factory=dict)
    left: Mapping[Address, tuple[FieldChange, ...] | None] = field(default_factory=dict)


def written_by(plan: Plan) -> list[Create | Update]:
    """The steps whose outcome is looked at."""
    return [action for action in plan.actions if isinstance(action, (Create, Update))]


async def verify(
    plan: Plan,
    outcomes: Mapping[Address, Outcome[Address]],
    client: PrefectClient,
) -> Seen:
    """Look at what this run made or changed, in pages.

    Raises:
        ApiError: the server could not be read.
    """
    ids = {
        address: outcome.id
        for address, outcome in outcomes.items()
        if isinstance(outcome, Done) and outcome.id is not None
    }
    written = [each.resource for each in written_by(plan) if each.address in ids]
    looked = {each.address: ids[each.address] for each in written}
    naming = await naming_of(plan, ids).of(looked).fuller(client, {})
    found = await read_again(client, looked, naming)
    left: dict[Address, tuple[FieldChange, ...] | None] = {}
    version = plan.seen.server_version if plan.seen is not None else None
    for resource in written:
        there = found.get(resource.address)
        if there is None:
            left[resource.address] = None
            continue
        last = last_applied(resource, there, plan.ledger)
        known = Known(
            mark=plan.mark, last=last, templates=plan.templates, version=version, is_written=True
        )
        changes = compare(resource, there, known)
        if changes:
            left[resource.address] = changes
    return Seen(found=found, left=left)
