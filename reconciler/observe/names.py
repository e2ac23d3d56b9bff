"""Ask a server for the ids of names, and for the names of ids."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TypeAlias
from uuid import UUID

from compiler.desired.address import Kind
from compiler.desired.naming import Named, Reference, ids_of, is_id, references, swapped
from compiler.desired.resources import DesiredState, Resource
from reconciler.api.client import PrefectClient

Found: TypeAlias = Mapping[Reference, str]


async def with_one_name_each(desired: DesiredState, client: PrefectClient) -> DesiredState:
    """The same with a whole name for every id and every deployment that is named without its flow.

    What the server does not know, or has several of, stays as it is written.

    Raises:
        ApiError: the server could not be read.
    """
    fields = [each.fields for each in desired.resources if _is_automation(each)]
    short = {each for one in fields for each in references(one) if _is_short(each)}
    found = await look_up(client, short, {})
    ids = {each for one in fields for each in ids_of(one)}
    ids |= {Reference(each.of, id) for each, id in found.items()}
    names = await look_up_ids(client, ids, frozenset())
    if not names:
        return desired

    def name(reference: Reference) -> str:
        known = names.get(found.get(reference, reference.name))
        return reference.name if known is None else known.name

    return replace(
        desired,
        resources=tuple(
            replace(each, fields=swapped(each.fields, name)) if _is_automation(each) else each
            for each in desired.resources
        ),
    )


def _is_automation(resource: Resource) -> bool:
    return resource.address.kind is Kind.AUTOMATION


def _is_short(reference: Reference) -> bool:
    return reference.of is Named.DEPLOYMENT and "/" not in reference.name


async def look_up(
    client: PrefectClient, wanted: Iterable[Reference], known: Found
) -> dict[Reference, str]:
    """The ids of what automations name and the stack does not have itself; once each.

    What there is none of, or several, is not in the answer.

    Raises:
        ApiError: the server could not be read.
    """
    missing = sorted({each for each in wanted if each not in known and not is_id(each.name)})
    found: dict[Reference, str] = {}
    for reference in missing:
        ids = await _ids(client, reference)
        if len(ids) == 1:
            found[reference] = ids[0]
    return found


async def _ids(client: PrefectClient, reference: Reference) -> list[str]:
    around, _, last = reference.name.rpartition("/")
    match reference.of:
        case Named.DEPLOYMENT:
            of_flow = {"flows": {"name": {"any_": [around]}}} if around else {}
            matching = {**of_flow, "deployments": {"name": {"any_": [last]}}}
            return [str(each.id) for each in await client.deployments(matching)]
        case Named.WORK_POOL:
            return [str(each.id) for each in await client.work_pools([reference.name])]
        case Named.WORK_QUEUE:
            is_there = bool(await client.work_pools([around]))
            queues = await client.work_queues(around) if is_there else []
            return [str(each.id) for each in queues if each.name == last]
        case Named.AUTOMATION:
            return [str(each.id) for each in await client.automations_named([reference.name])]
        case Named.BLOCK:
            document = await client.block_document(around, last) if around else None
            return [] if document is None else [str(document.id)]


async def look_up_ids(
    client: PrefectClient, wanted: Iterable[Reference], known: Collection[str]
) -> dict[str, Reference]:
    """What the things are called that stand here by their ids; once each.

    What is not there is not in the answer.

    Raises:
        ApiError: the server could not be read.
    """
    missing = sorted({each for each in wanted if each.name not in known})
    found = {each.name: await _name(client, each) for each in missing}
    return {
        each.name: Reference(each.of, name)
        for each in missing
        if (name := found[each.name]) is not None
    }


async def _name(client: PrefectClient, reference: Reference) -> str | None:
    match reference.of:
        case Named.DEPLOYMENT:
            return await _name_of_deployment(client, reference.name)
        case Named.WORK_POOL:
            pools = await client.work_pools_by_id([reference.name])
            return pools[0].name if pools else None
        case Named.WORK_QUEUE:
            queue = await client.work_queue(UUID(reference.name))
            return None if queue is None else f"{queue.work_pool_name}/{queue.name}"
        case Named.AUTOMATION:
            automation = await client.automation(UUID(reference.name))
            return None if automation is None else automation.name
        case Named.BLOCK:
            block = await client.block_document_by_id(UUID(reference.name))
            return None if block is None else f"{block.block_type.slug}/{block.name}"


async def _name_of_deployment(client: PrefectClient, id: str) -> str | None:
    for one in await client.deployments({"deployments": {"id": {"any_": [id]}}}):
        flows = await client.flows({"flows": {"id": {"any_": [str(one.flow_id)]}}})
        return f"{flows[0].name}/{one.name}" if flows else None
    return None
