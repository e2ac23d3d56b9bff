"""Who uses what a stack is about to give up: pools, queues, limits and blocks."""

from collections.abc import Collection, Mapping

from compiler.desired.address import Address, Kind
from compiler.desired.address import automation as automation_address
from compiler.desired.address import block as block_address
from compiler.desired.json import texts
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


def is_block(address: Address) -> bool:
    """Whether it is a block."""
    return address.kind is Kind.BLOCK


async def read_users(
    client: PrefectClient, leaving: Collection[Address], ledger: Ledger | None
) -> dict[Address, tuple[str, ...]]:
    """What the stack did not make and that uses each of these.

    Of pools, queues and limits these are names of deployments; of blocks, addresses of blocks
    and automations.  The server cannot be asked for those that share a limit, or that refer to
    a block: all are looked through.
    """
    made = ledger.ids if ledger is not None else {}
    owned = frozenset(filter(None, made.values()))
    users: dict[Address, tuple[str, ...]] = {}
    blocks = {made[each] or "": each for each in leaving if is_block(each)}
    for address in sorted(each for each in leaving if not is_block(each)):
        in_pool: Body = {"work_pools": {"name": {"any_": [address.path[0]]}}}
        found = await client.deployments({} if is_limit(address) else in_pool)
        users[address] = tuple(
            each.name for each in found if str(each.id) not in owned and _uses(each, address)
        )
    return users | await _referring(client, blocks, owned)


def _uses(deployment: wire.DeploymentOut, address: Address) -> bool:
    if is_limit(address):
        limit = deployment.global_concurrency_limit
        return limit is not None and limit.name == address.name
    return not is_queue(address) or deployment.work_queue_name == address.name


async def _referring(
    client: PrefectClient, blocks: Mapping[str, Address], owned: Collection[str]
) -> dict[Address, tuple[str, ...]]:
    """Blocks and automations that are not owned and refer to one of these; those are by id."""
    if not blocks:
        return {}
    referring: dict[str, set[str]] = {
        str(block_address(each.block_type.slug, each.name)): {
            str(one.block_document.id) for one in each.block_document_references.values()
        }
        for each in await client.all_blocks()
        if str(each.id) not in owned and each.block_type is not None and each.name is not None
    }
    for automation in await client.all_automations():
        if str(automation.id) not in owned:
            acting = (
                *automation.actions,
                *automation.actions_on_trigger,
                *automation.actions_on_resolve,
            )
            name = str(automation_address(automation.name))  # which others may have as well
            referring[name] = referring.get(name, set()) | set(texts(acting))
    return {
        address: tuple(user for user, ids in sorted(referring.items()) if id in ids)
        for id, address in blocks.items()
    }
