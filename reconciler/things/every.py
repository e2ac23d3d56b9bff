"""Every kind that stands alone under a name."""

from collections.abc import Collection, Mapping

from compiler.desired.address import Address, Kind
from compiler.state.observed import Observed
from reconciler.api.client import PrefectClient
from reconciler.things.automations import Automations
from reconciler.things.blocks import Blocks
from reconciler.things.limits import GlobalLimits, TagLimits
from reconciler.things.thing import Sought, Things
from reconciler.things.variables import Variables

THINGS: Mapping[Kind, Things] = {
    Kind.VARIABLE: Variables(),
    Kind.CONCURRENCY_LIMIT: GlobalLimits(),
    Kind.TAG_LIMIT: TagLimits(),
    Kind.BLOCK: Blocks(),
    Kind.AUTOMATION: Automations(),
}


async def read_things(client: PrefectClient, sought: Sought) -> Mapping[Address, Observed]:
    """Those of these things that there are; addresses of other kinds are passed over.

    Raises:
        ApiError: the server could not be read.
    """
    found: dict[Address, Observed] = {}
    for kind, things in THINGS.items():
        some = sought.of(kind)
        if some.ids:
            found |= await things.read(client, some)
    return found


async def read_all_things(client: PrefectClient) -> list[tuple[Address, Observed]]:
    """All of every one of these kinds.

    Raises:
        ApiError: the server could not be read.
    """
    return [each for things in THINGS.values() for each in await things.read_all(client)]


def requests_for_things(addresses: Collection[Address]) -> int:
    """How many `read_things` makes."""
    by_kind = {kind: [each for each in addresses if each.kind is kind] for kind in THINGS}
    return sum(THINGS[kind].requests_for_reading(some) for kind, some in by_kind.items() if some)
