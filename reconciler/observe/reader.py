"""Read from the server what a plan needs, in as few requests as its pages allow.

Deployments come by the stack's tag; only those that are wanted or in the ledger
and were not among them are asked for by name or id.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar

from compiler.desired.address import Address, Kind
from compiler.desired.address import concurrency_limit as limit_address
from compiler.desired.address import deployment as deployment_address
from compiler.desired.address import work_pool as pool_address
from compiler.desired.address import work_queue as queue_address
from compiler.desired.resources import DesiredState
from compiler.plan.claim import tag_of
from compiler.state.ledger import Ledger
from compiler.state.observed import Observed, ObservedState, marks
from reconciler import ledger as ledgers
from reconciler.api import wire
from reconciler.api.client import PrefectClient
from reconciler.api.errors import NotPrefect, Refused
from reconciler.api.paging import both, parts, requests_for_offsets, requests_for_pages
from reconciler.observe import canonical
from reconciler.observe.automations import followed, read_strangers
from reconciler.observe.found import Found, found_as, found_beside
from reconciler.observe.hiding import hidden
from reconciler.observe.naming import Naming, own, wanted_of
from reconciler.observe.templates import templates_needed
from reconciler.observe.users import is_block, is_limit, is_of_pool, is_queue, read_users
from reconciler.things.every import read_things, requests_for_things

T = TypeVar("T")


async def observe(
    client: PrefectClient,
    desired: DesiredState,
    *,
    from_stack: str | None = None,
    adopts: bool = False,
) -> ObservedState:
    """What the server holds of all that the stack wants, owns, or has marked.

    So too of all that `from_stack` owns or has marked, if it is given.  With `adopts` also
    what stands under a name that others may have as well, and nobody made.

    Raises:
        ApiError: the server could not be read.
    """
    assert desired.stack is not None
    marks = [desired.mark, *((tag_of(from_stack),) if from_stack is not None else ())]
    memory, marked = await both(
        _memory_and_pools(client, desired, from_stack), _marked(client, desired, marks)
    )
    ledger, listed, pools, queues = memory.ledger, memory.listed, memory.pools, memory.queues
    deployments, flows = await _deployments(client, desired, listed, marked)
    things = {
        **{pool_address(pool.name): canonical.work_pool(pool) for pool in pools},
        **_of_stack(queues, desired, listed),
        **deployments,
    }
    naming = Naming(marks=tuple(marks), named=own(things), wanted=wanted_of(desired.resources))
    ids = followed(_ids(desired, listed), desired, listed)
    sought = replace(naming.sought(ids), all_marked=True)
    things |= hidden(await read_things(client, sought), desired, ledger)
    strangers = await read_strangers(client, desired, things, adopts=adopts)
    things |= strangers.things
    held = [each for at, each in things.items() if at.kind is Kind.AUTOMATION]
    naming = await naming.fuller(client, own(things), held)
    things = naming.told(things)
    leaving = _leaving(desired, ledger, things)
    return ObservedState(
        things=things,
        ledger=ledger,
        pools=frozenset(pool.name for pool in pools),
        templates=await templates_needed(client, desired, ledger, pools),
        users=await read_users(client, leaving, ledger),
        owners=await _owners(client, desired, ledger, things),
        priorities={
            pool: {queue.name: queue.priority for queue in some} for pool, some in queues.items()
        },
        flows={name: str(id) for id, name in flows.items()},
        named=naming.named,
        alike=strangers.alike,
        beside=strangers.beside,
        previous=memory.previous,
        keeps_ledgers=ledger is not None or await ledgers.has_type(client),
        server_version=await _version(client),
    )


async def _version(client: PrefectClient) -> str | None:
    """What the server calls itself; None of one that does not tell, such as Prefect Cloud."""
    if client.is_cloud:
        return None
    try:
        return await client.server_version()
    except (NotPrefect, Refused):
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Memory:
    """What is remembered of the stack and of the one before, and the pools that both speak of."""

    ledger: Ledger | None
    previous: Ledger | None
    pools: list[wire.WorkPoolOut]
    queues: dict[str, list[wire.WorkQueueOut]]

    @property
    def listed(self) -> Ledger | None:
        """Both lists in one, for looking things up."""
        return _with(self.ledger, self.previous)


async def _memory_and_pools(
    client: PrefectClient, desired: DesiredState, from_stack: str | None
) -> _Memory:
    """What is asked while the server makes the long list of deployments."""
    assert desired.stack is not None
    ledger = await ledgers.load(client, desired.stack)
    previous = await ledgers.load(client, from_stack) if from_stack is not None else None
    listed = _with(ledger, previous)
    pools = await _pools(client, desired, listed)
    queues = await _queues(client, desired, listed, pools)
    return _Memory(ledger=ledger, previous=previous, pools=pools, queues=queues)


def _with(ledger: Ledger | None, previous: Ledger | None) -> Ledger | None:
    """Both lists in one, for looking things up."""
    if ledger is None or previous is None:
        return ledger or previous
    return replace(ledger, ids={**previous.ids, **ledger.ids})


async def _owners(
    client: PrefectClient,
    desired: DesiredState,
    ledger: Ledger | None,
    things: Mapping[Address, Observed],
) -> dict[Address, str]:
    """Other stacks' claims; read only if something wanted exists that this stack did not make."""
    made = ledger.ids if ledger is not None else {}
    wanted = {each.address for each in desired.resources}
    foreign = {
        address
        for address, thing in things.items()
        if address in wanted
        and made.get(address) is None
        and desired.mark not in marks(address, thing)
    }
    if not foreign:
        return {}
    assert desired.stack is not None
    owned = await ledgers.owners(client, desired.stack)
    return {address: stack for address, stack in owned.items() if address in foreign}


async def read_again(
    client: PrefectClient, ids: Mapping[Address, str], naming: Naming
) -> Mapping[Address, Observed]:
    """The things at these addresses as they are now; what is not there is not in the answer.

    Deployments are asked for by their ids, all else by names; an id is empty where none is known.
    """
    found: dict[Address, Observed] = {}
    by_id = {id: each for each, id in ids.items() if each.kind is Kind.DEPLOYMENT}
    for part in parts(sorted(by_id)):
        for each in await client.deployments({"deployments": {"id": {"any_": part}}}):
            found[by_id[str(each.id)]] = canonical.deployment(each)
    sought = naming.sought({address: id or None for address, id in ids.items()})
    found |= naming.told(await read_things(client, sought))
    pools = {address.path[0] for address in ids if is_of_pool(address)}
    if pools:
        read = await client.work_pools(pools)
        found |= {pool_address(pool.name): canonical.work_pool(pool) for pool in read}
        with_queues = {address.path[0] for address in ids if is_queue(address)}
        for name in sorted(with_queues & {pool.name for pool in read}):
            found |= _queues_of(name, await client.work_queues(name))
    return {address: thing for address, thing in found.items() if address in ids}


async def read_named(
    client: PrefectClient, addresses: Iterable[Address]
) -> Mapping[Address, Observed]:
    """The deployments at these addresses, whoever made them."""
    wanted = frozenset(addresses)
    found = await _called(client, wanted)
    names = await flow_names(client, found)
    return {
        address: each.thing
        for address, each in _addressed(found, names).items()
        if address in wanted
    }


def requests_for_names(addresses: Iterable[Address], there: Iterable[Address]) -> int:
    """How many `read_named` makes; `there` are the deployments that there are."""
    made = 0
    for flows, names in _flows_and_names(addresses):
        found = [each for each in there if each.path[0] in flows and each.name in names]
        made += requests_for_pages(len(found)) + (1 if found else 0)
    return made


def requests_for_reading_again(addresses: Iterable[Address], queues: Mapping[str, int]) -> int:
    """How many `read_again` makes; `queues` says how many a pool has."""
    wanted = frozenset(addresses)
    deployments = sum(address.kind is Kind.DEPLOYMENT for address in wanted)
    pools = {address.path[0] for address in wanted if is_of_pool(address)}
    return (
        len(parts(list(range(deployments))))
        + requests_for_things(wanted)
        + (requests_for_offsets(len(pools)) if pools else 0)
        + sum(
            requests_for_offsets(queues[name])
            for name in {address.path[0] for address in wanted if is_queue(address)}
        )
    )


_Listed: TypeAlias = tuple[list[Found], dict[object, str]]


async def _marked(client: PrefectClient, desired: DesiredState, marks: Iterable[str]) -> _Listed:
    """The deployments with one of the tags, and the names of their flows by id."""
    kept = found_beside(desired.resources)
    found = [
        each
        for mark in marks
        for each in await client.deployments_as(kept, {"deployments": {"tags": {"all_": [mark]}}})
    ]
    return found, await flow_names(client, found)


async def _deployments(
    client: PrefectClient, desired: DesiredState, ledger: Ledger | None, marked: _Listed
) -> tuple[dict[Address, Observed], Mapping[object, str]]:
    """The deployments, and the names of their flows by id."""
    wanted = [each.address for each in desired.resources if each.address.kind is Kind.DEPLOYMENT]
    found, names = marked
    by_address = _addressed(found, names)
    found = await _unmarked(client, wanted, ledger, by_address)
    names |= await flow_names(client, [each for each in found if each.flow_id not in names])
    addressed = by_address | _addressed(found, names)
    return {address: each.thing for address, each in addressed.items()}, names


def _addressed(found: Iterable[Found], names: Mapping[object, str]) -> dict[Address, Found]:
    return {
        deployment_address(names[each.flow_id], each.name): each
        for each in found
        if each.flow_id in names
    }


async def flow_names(
    client: PrefectClient, found: Iterable[Found | wire.DeploymentOut]
) -> dict[object, str]:
    """Flow names by id: those of the deployments found."""
    ids = sorted({str(each.flow_id) for each in found})
    names: dict[object, str] = {}
    for part in parts(ids):
        flows = await client.flows({"flows": {"id": {"any_": part}}})
        names |= {flow.id: flow.name for flow in flows}
    return names


async def _unmarked(
    client: PrefectClient,
    wanted: Iterable[Address],
    ledger: Ledger | None,
    found: Mapping[Address, Found],
) -> list[Found]:
    """Deployments without the tag: those that stand under a wanted name, or that we made."""
    unmarked = await _called(client, (address for address in wanted if address not in found))
    known = {each.thing.id for each in (*found.values(), *unmarked)}
    made = ledger.ids.items() if ledger is not None else ()
    lost = [id for address, id in made if address.kind is Kind.DEPLOYMENT and id is not None]
    for part in parts(sorted(set(lost) - known)):
        unmarked += await client.deployments_as(found_as, {"deployments": {"id": {"any_": part}}})
    return unmarked


async def _called(client: PrefectClient, addresses: Iterable[Address]) -> list[Found]:
    """Deployments of one of these flows with one of these names: those meant, and more."""
    return [
        each
        for flows, names in _flows_and_names(addresses)
        for each in await client.deployments_as(
            found_as, {"flows": {"name": {"any_": flows}}, "deployments": {"name": {"any_": names}}}
        )
    ]


def _flows_and_names(addresses: Iterable[Address]) -> list[tuple[list[str], list[str]]]:
    """Names of flows and of deployments, as many as one request takes."""
    pairs = sorted({(address.path[0], address.name) for address in addresses})
    return [
        (sorted({flow for flow, _ in some}), sorted({name for _, name in some}))
        for some in parts(pairs)
    ]


async def _pools(
    client: PrefectClient, desired: DesiredState, ledger: Ledger | None
) -> list[wire.WorkPoolOut]:
    """The pools that are declared, referred to, or that the stack made."""
    declared = {each.address.path[0] for each in desired.resources if is_of_pool(each.address)}
    referred = {use.pool for use in desired.pool_uses}
    made = {address.path[0] for address in (ledger.ids if ledger else {}) if is_of_pool(address)}
    names = declared | referred | made
    return await client.work_pools(names) if names else []


async def _queues(
    client: PrefectClient,
    desired: DesiredState,
    ledger: Ledger | None,
    pools: Iterable[wire.WorkPoolOut],
) -> dict[str, list[wire.WorkQueueOut]]:
    """All queues of the pools in which the stack wants or made one, by pool."""
    concerned = {address.path[0] for address in _known(desired, ledger) if is_queue(address)}
    return {
        pool.name: await client.work_queues(pool.name) for pool in pools if pool.name in concerned
    }


def _ids(desired: DesiredState, ledger: Ledger | None) -> dict[Address, str | None]:
    """What is read by its name, or by its id where that is known."""
    named = dict.fromkeys(_looked_for(desired, ledger))
    return {**named, **(ledger.ids if ledger is not None else {})}


def _known(desired: DesiredState, ledger: Ledger | None) -> set[Address]:
    """What the stack wants or made."""
    return {each.address for each in desired.resources} | set(ledger.ids if ledger else ())


def _looked_for(desired: DesiredState, ledger: Ledger | None) -> set[Address]:
    """All that stands alone under a name and that the plan has to know of, whoever made it."""
    external = {use.address for use in desired.externals}
    return _known(desired, ledger) | _limits_used(desired) | external


def _limits_used(desired: DesiredState) -> set[Address]:
    """Limits that deployments share, whoever made them."""
    return {limit_address(use.limit) for use in desired.limit_uses}


def _of_stack(
    queues: Mapping[str, list[wire.WorkQueueOut]], desired: DesiredState, ledger: Ledger | None
) -> dict[Address, Observed]:
    found: dict[Address, Observed] = {}
    for pool, some in queues.items():
        found |= _queues_of(pool, some)
    known = _known(desired, ledger)
    return {address: each for address, each in found.items() if address in known}


def _queues_of(pool: str, queues: Iterable[wire.WorkQueueOut]) -> dict[Address, Observed]:
    return {queue_address(pool, queue.name): canonical.work_queue(queue) for queue in queues}


def _leaving(
    desired: DesiredState, ledger: Ledger | None, things: Iterable[Address]
) -> frozenset[Address]:
    """What others may use, and the stack made and does not want any more."""
    wanted = {each.address for each in desired.resources}
    made = ledger.ids if ledger is not None else {}
    return frozenset(
        each
        for each in things
        if (is_of_pool(each) or is_limit(each) or is_block(each))
        and each in made
        and each not in wanted
    )
