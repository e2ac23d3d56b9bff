"""Read the whole workspace, in pages: what `deploy export` writes down."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from compiler.desired.address import Address, Kind
from compiler.desired.address import deployment as deployment_address
from compiler.desired.address import work_pool as pool_address
from compiler.desired.address import work_queue as queue_address
from compiler.desired.resources import MARK, Resource
from compiler.diagnostics import start_of
from compiler.diff.attribution import once_secret
from compiler.diff.blocks import hidden_as_remembered
from compiler.state.inventory import Inventory
from compiler.state.ledger import Ledger
from compiler.state.observed import Observed, marks
from reconciler import ledger as ledgers
from reconciler.api import wire
from reconciler.api.client import PrefectClient
from reconciler.observe import canonical
from reconciler.observe.block_types import read_schemas
from reconciler.observe.naming import Naming, own
from reconciler.observe.placing import Placed, placed
from reconciler.observe.reader import flow_names
from reconciler.observe.templates import read_templates
from reconciler.things.every import read_all_things


async def take_inventory(client: PrefectClient, stack: str | None = None) -> Inventory:
    """All that there is; where stacks have things of one name, that of `stack`.

    Raises:
        ApiError: the server could not be read.
        UnreadableLedger: a stack's memory has another form than this version knows.
    """
    pools = await client.work_pools()
    queues = {pool.name: await client.work_queues(pool.name) for pool in pools}
    deployments = await client.deployments({})
    names = await flow_names(client, deployments)
    by_address = {
        deployment_address(names[each.flow_id], each.name): each
        for each in deployments
        if each.flow_id in names
    }
    alone = await read_all_things(client)
    things = {
        **{address: each for address, each in alone if address.kind is not Kind.AUTOMATION},
        **{pool_address(pool.name): canonical.work_pool(pool) for pool in pools},
        **dict(_queues(queues)),
        **{address: canonical.deployment(each) for address, each in by_address.items()},
    }
    memories = await ledgers.load_all(client)
    made = {name: each.ids for name, each in memories.items()}
    things = _hidden(things, memories.values())
    found = placed(
        [each for each in alone if each[0].kind is Kind.AUTOMATION],
        _open(by_address, _owners(things, made), stack),
        memories,
        stack,
    )
    things = Naming(named=own({**things, **_sure(found)})).told({**things, **found.things})
    types = {each.path[0] for each in things if each.kind is Kind.BLOCK}
    return Inventory(
        things=things,
        owners=_owners(things, made),
        secrets=frozenset(_once_secret(things, memories.values())),
        templates=await read_templates(client) if pools else {},
        default_queues=_default_queues(pools, queues),
        unsaid={
            **{address: tuple(_unsaid(each)) for address, each in by_address.items()},
            **{address: (_beside(count),) for address, count in found.beside.items()},
        },
        alike=found.alike,
        schemas=await read_schemas(client, types) if types else {},
    )


def _hidden(
    things: Mapping[Address, Observed], memories: Iterable[Ledger]
) -> dict[Address, Observed]:
    """The things, with each value of a block out of sight that was a secret to a stack."""
    found = dict(things)
    for memory in memories:
        for address in (each for each in found.keys() & memory.applied.keys()):
            if address.kind is Kind.BLOCK:
                data = found[address].fields.get("data")
                data = hidden_as_remembered(data, memory.applied[address].get("data"))
                found[address] = replace(found[address], fields={"data": data})
    return found


def _open(
    deployments: Mapping[Address, wire.DeploymentOut],
    owners: Mapping[Address, str],
    stack: str | None,
) -> dict[str, Address]:
    """The deployments that no other stack owns, by id."""
    return {
        str(each.id): address
        for address, each in deployments.items()
        if owners.get(address) in {None, stack}
    }


def _sure(found: Placed) -> dict[Address, Observed]:
    """The automations whose names say which of them is meant."""
    counts = Counter(address.name for address in found.things)
    return {
        address: each
        for address, each in found.things.items()
        if counts[address.name] == 1 and address not in {*found.alike, *found.beside}
    }


def _beside(count: int) -> str:
    return "one more of this name" if count == 1 else f"{count} more of this name"


def _queues(
    queues: Mapping[str, Iterable[wire.WorkQueueOut]],
) -> Iterator[tuple[Address, Observed]]:
    for pool, some in queues.items():
        for queue in some:
            yield queue_address(pool, queue.name), canonical.work_queue(queue)


def _owners(
    things: Mapping[Address, Observed], made: Mapping[str, Mapping[Address, str | None]]
) -> dict[Address, str]:
    """The stack that owns a thing: by its ledger, and a deployment by its tag."""
    owners = {
        address: stack
        for stack, ids in made.items()
        for address, id in ids.items()
        if address in things and id in {None, things[address].id}
    }
    for address, thing in things.items():
        stacks = (tag.removeprefix(MARK) for tag in marks(address, thing) if tag.startswith(MARK))
        if (stack := next(stacks, None)) is not None:
            owners[address] = stack
    return owners


def _once_secret(things: Mapping[Address, Observed], memories: Iterable[Ledger]) -> Iterator[str]:
    """Texts that were known for secrets when a stack wrote them, though nothing shows it."""
    for ledger in memories:
        for address in ledger.ids.keys() & things.keys():
            thing = things[address]
            bare = Resource(address=address, fields=thing.fields, written_at=start_of(""))
            yield from once_secret(bare, thing, ledger)


def _default_queues(
    pools: Iterable[wire.WorkPoolOut], queues: Mapping[str, Iterable[wire.WorkQueueOut]]
) -> dict[str, str]:
    return {
        pool.name: queue.name
        for pool in pools
        for queue in queues[pool.name]
        if queue.id == pool.default_queue_id
    }


def _unsaid(out: wire.DeploymentOut) -> Iterator[str]:
    """What no file can give a deployment, for all that it does or did to runs."""
    if out.path:
        yield "'path', which steps under 'pull' have taken the place of"
    if out.global_concurrency_limit is None and out.concurrency_options:
        yield "options of a concurrency limit that there is not"
