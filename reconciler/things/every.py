"""Every kind that stands alone under a name."""

from collections.abc import Collection, Mapping

from compiler.desired.address import Address, Kind
from compiler.state.observed import Observed
from reconciler.api.client import PrefectClient
from reconciler.things.limits import GlobalLimits, TagLimits
from reconciler.things.thing import Things
from reconciler.things.variables import Variables

THINGS: Mapping[Kind, Things] = {
    Kind.VARIABLE: Variables(),
    Kind.CONCURRENCY_LIMIT: GlobalLimits(),
    Kind.TAG_LIMIT: TagLimits(),
}


async def read_things(
    client: PrefectClient, addresses: Collection[Address]
) -> Mapping[Address, Observed]:
    """Those of these things that there are; addresses of other kinds are passed over.

    Raises:
        ApiError: the server could not be read.
    """
    found: dict[Address, Observed] = {}
    for kind, things in THINGS.items():
        some = [address for address in addresses if address.kind is kind]
        if some:
            found |= await things.read(client, some)
    return found


async def read_all_things(client: PrefectClient) -> Mapping[Address, Observed]:
    """All of every one of these kinds.

    Raises:
        ApiError: the server could not be read.
    """
    found: dict[Address, Observed] = {}
    for things in THINGS.values():
        found |= await things.read_all(client)
    return found


def requests_for_things(addresses: Collection[Address]) -> int:
    """How many `read_things` makes."""
    counts = {kind: sum(each.kind is kind for each in addresses) for kind in THINGS}
    return sum(THINGS[kind].requests_for_reading(count) for kind, count in counts.items() if count)
