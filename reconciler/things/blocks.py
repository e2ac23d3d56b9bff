"""Blocks: read with their secrets, which are out of sight from here on.

The server holds no data against a schema, drops a reference that a write does not repeat, and
keeps a secret that is written as eight asterisks (docs/explanation/server.md).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from uuid import UUID

from compiler.desired.address import Address, Kind, block
from compiler.desired.block_secrets import REFERENCE, blocks_in, heads, is_reference, sealed
from compiler.desired.json import Json
from compiler.desired.secret import Secret
from compiler.plan.action import Create, Delete, Update
from compiler.state.observed import Observed
from compiler.state.ownership import equal
from reconciler.api import wire
from reconciler.api.client import PrefectClient
from reconciler.api.errors import NotFound, Unauthorized
from reconciler.api.once import once
from reconciler.api.paging import parts
from reconciler.ledger import BLOCK_TYPE
from reconciler.things.thing import Sought, made

_TOGETHER = 100  # names a request: fewer than a page, so that one answer holds them
_KEPT_BACK = "********"


class Blocks:
    """Read by type, many names at once."""

    async def read(self, client: PrefectClient, sought: Sought) -> Mapping[Address, Observed]:
        """POST /block_documents/filter."""
        found: dict[Address, Observed] = {}
        for type_slug, names in _by_type(sought.ids).items():
            for some in parts(names, _TOGETHER):
                for one in await _named(client, type_slug, some):
                    found[block(type_slug, str(one.name))] = observed(one)
        return found

    async def read_all(self, client: PrefectClient) -> Iterable[tuple[Address, Observed]]:
        """POST /block_documents/filter, without secrets, and without the memories of stacks."""
        return [
            (block(one.block_type.slug, one.name), observed(one))
            for one in await client.all_blocks()
            if one.block_type is not None and one.name and one.block_type.slug != BLOCK_TYPE
        ]

    def requests_for_reading(self, addresses: Collection[Address]) -> int:
        """One for each hundred of a type."""
        return sum(len(parts(names, _TOGETHER)) for names in _by_type(addresses).values())

    def reads_for_writing(self, action: Create | Update) -> int:
        """The type and its schema for a new one, and each block that it refers to."""
        known = 2 if isinstance(action, Create) else 0
        return known + len(set(blocks_in(_wanted(action)).values()))

    async def create(self, client: PrefectClient, action: Create) -> str:
        """POST /block_documents/, of the newest schema of its type."""
        type_slug, name = action.address.path
        call = f"GET /block_types/slug/{type_slug}"
        kind = await client.block_type(type_slug)
        schemas = await client.block_schemas(kind.id) if kind is not None else []
        if kind is None or not schemas:
            raise NotFound(f"there is no block type {type_slug!r}", call=call)
        body: Mapping[str, Json] = {
            "name": name,
            "data": await _sent(client, made(action).get("data")),
            "block_type_id": str(kind.id),
            "block_schema_id": str(schemas[0].id),
        }

        async def make() -> str:
            return str((await client.create_block_document(body)).id)

        async def find() -> str | None:
            found = await client.block_document(type_slug, name)
            return None if found is None else str(found.id)

        return await once(make, find)

    async def update(self, client: PrefectClient, action: Update) -> None:
        """PATCH /block_documents/{id}: the keys that change; all of them where one goes."""
        data, there = _mapping(_wanted(action)), _mapping(action.observed.fields.get("data"))
        goes = there.keys() - data.keys()
        some = {
            name: value
            for name, value in data.items()
            if goes or is_reference(value) or not equal(value, there.get(name))
        }
        sent = await _sent(client, some)
        await client.update_block_document(UUID(action.observed.id), sent, merge=not goes)

    async def delete(self, client: PrefectClient, action: Delete) -> None:
        """DELETE /block_documents/{id}."""
        await client.delete_block_document(UUID(action.observed.id))


def _by_type(addresses: Collection[Address]) -> Mapping[str, list[str]]:
    """Names by the slug of their type."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for address in sorted(addresses):
        if address.kind is Kind.BLOCK:
            found[address.path[0]].append(address.name)
    return found


async def _named(
    client: PrefectClient, type_slug: str, names: Collection[str]
) -> list[wire.BlockDocumentOut]:
    """With their secrets, if the server gives them to whoever asks."""
    listed = sorted(names)
    try:
        return await client.named_blocks(type_slug, listed, secrets=True)
    except Unauthorized:
        return await client.named_blocks(type_slug, listed, secrets=False)


def observed(out: wire.BlockDocumentOut) -> Observed:
    """A block as a stack may own it: other blocks in it by their names, secrets out of sight."""
    fields = out.block_schema.fields if out.block_schema is not None else {}
    data = {**out.data, **_referred(out)}
    revision = None if out.updated is None else out.updated.isoformat()
    hidden = sealed(data, heads(fields.get("secret_fields")))
    return Observed(
        id=str(out.id),
        fields={"data": {name: _dated(value, revision) for name, value in hidden.items()}},
    )


def _referred(out: wire.BlockDocumentOut) -> dict[str, Json]:
    return {
        name: {REFERENCE: f"{inner.block_type.slug}/{inner.name}"}
        for name, each in out.block_document_references.items()
        if (inner := each.block_document).block_type is not None
    }


def _dated(value: Json, revision: str | None) -> Json:
    if not isinstance(value, Secret):
        return value
    return replace(value, is_withheld=_is_kept_back(value.reveal()), revision=revision)


def _is_kept_back(value: Json) -> bool:
    """Whether a server gave asterisks for a secret, or for one inside it."""
    match value:
        case str():
            return value == _KEPT_BACK
        case Mapping():
            return any(map(_is_kept_back, value.values()))
        case list():
            return any(map(_is_kept_back, value))
        case _:
            return False


async def _sent(client: PrefectClient, data: Json) -> dict[str, Json]:
    """The data in the server's words: other blocks by their ids, which may be new."""
    found = _mapping(data)
    ids = {path: await _id_of(client, path) for path in sorted(set(blocks_in(found).values()))}
    return {name: _of_server(value, ids) for name, value in found.items()}


async def _id_of(client: PrefectClient, path: str) -> str:
    type_slug, _, name = path.partition("/")
    found = await client.block_document(type_slug, name)
    if found is None:
        call = f"GET /block_types/slug/{type_slug}/block_documents/name/{name}"
        raise NotFound(f"there is no block {path!r} to refer to", call=call)
    return str(found.id)


def _of_server(value: Json, ids: Mapping[str, str]) -> Json:
    if isinstance(value, Mapping) and is_reference(value):
        return {"$ref": {"block_document_id": ids[str(value[REFERENCE])]}}
    return value


def _wanted(action: Create | Update) -> Json:
    """The data as it shall be."""
    if isinstance(action, Create):
        return made(action).get("data")
    change = next((each for each in action.changes if each.field == "data"), None)
    return action.observed.fields.get("data") if change is None else change.after


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}
