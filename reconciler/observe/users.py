"""Who uses what a stack is about to give up: pools, queues and limits of deployments."""

from collections.abc import Iterable

from compiler.desired.address import Address, Kind
from compiler.state.ledger import Ledger
from reconciler.api import wire
from reconciler.api.asker import Body
from reconciler.api.client import PrefectClient


def is_of_pool(address: Address) -> bool:
    """Whether it is a work pool, or a queue of one."""
    return address.kind in {Kind.WORK_POOL, Kind.WORK_QUEUE}


def is_queue(address: Address) -> bool:
    """Whether it is a queue of a work pool."""
    return address.kind is Kind.WORK_QUEUE


def is_limit(address: Address) -> bool:
    """Whether it is a global concurrency limit."""
    return address.kind is Kind.CONCURRENCY_LIMIT


async def read_users(
    client: PrefectClient, leaving: Iterable[Address], ledger: Ledger | None
) -> dict[Address, tuple[str, ...]]:
    """Names of the deployments that the stack did not make and that use each of these.

    The server cannot be asked for those that share a limit: all are looked through.
    """
    owned = set((ledger.ids if ledger is not None else {}).values())
    users: dict[Address, tuple[str, ...]] = {}
    for address in sorted(leaving):
        in_pool: Body = {"work_pools": {"name": {"any_": [address.path[0]]}}}
        found = await client.deployments({} if is_limit(address) else in_pool)
        users[address] = tuple(
            each.name for each in found if str(each.id) not in owned and _uses(each, address)
        )
    return users


def _uses(deployment: wire.DeploymentOut, address: Address) -> bool:
    if is_limit(address):
        limit = deployment.global_concurrency_limit
        return limit is not None and limit.name == address.name
    return not is_queue(address) or deployment.work_queue_name == address.name
