"""Where a stack's memory is kept: one block document on the Prefect server.

A block document holds megabytes, is replaced in one request, is encrypted at
rest and not passed on to runs.  Its content is one JSON text in a list: the
server takes ten times as long over the same content as an object, and would show
a bare text in its events (docs/decisions/0005).
"""

import json
from collections.abc import Mapping

from compiler.desired.address import Address
from compiler.desired.json import Json
from compiler.state.ledger import Ledger, Origin
from reconciler.api.client import PrefectClient
from reconciler.api.errors import Conflict, Unanswered
from reconciler.api.wire import BlockDocumentOut, BlockTypeOut

BLOCK_TYPE = "deploy-ledger"
_FORMAT = 1
_TYPE: Mapping[str, Json] = {
    "name": "Deploy Ledger",
    "slug": BLOCK_TYPE,
    "description": "What a stack of `deploy` owns.  Written by that command; leave it alone.",
}
_FIELDS: Mapping[str, Json] = {
    "title": "DeployLedger",
    "type": "object",
    "properties": {
        "format": {"title": "Format", "type": "integer"},
        "state": {"title": "State", "type": "array", "items": {"type": "string"}},
    },
    "block_type_slug": BLOCK_TYPE,
}


class UnreadableLedger(Exception):
    """The stack's memory was written by a newer version of this program, or by hand."""


async def load(client: PrefectClient, stack: str) -> Ledger | None:
    """The ledger of a stack; None if the server has none.

    Raises:
        UnreadableLedger: it has another form than this version knows.
        ApiError: the server could not be read.
    """
    document = await client.block_document(BLOCK_TYPE, stack)
    return None if document is None else _parse(document)


async def owners(client: PrefectClient, stack: str) -> dict[Address, str]:
    """The stacks other than `stack` by what they own.

    Raises:
        UnreadableLedger: one has another form than this version knows.
        ApiError: the server could not be read.
    """
    documents = await client.block_documents(BLOCK_TYPE)
    return {
        address: str(document.name)
        for document in documents
        if document.name != stack
        for address in _parse(document).ids
    }


async def save(client: PrefectClient, stack: str, ledger: Ledger) -> None:
    """Write the ledger of a stack, the first time or over the last.

    Raises:
        ApiError: the server did not take it.
    """
    data = _dump(ledger)
    document = await client.block_document(BLOCK_TYPE, stack)
    if document is None:
        document = await _create(client, stack, data)
    if document is not None:
        await client.update_block_document(document.id, data)


async def _create(
    client: PrefectClient, stack: str, data: Mapping[str, Json]
) -> BlockDocumentOut | None:
    """Make the document; return it only if it was there already after all."""
    kind = await _block_type(client)
    schema = await client.create_block_schema(
        {"block_type_id": str(kind.id), "fields": _FIELDS, "capabilities": []}
    )
    body: Mapping[str, Json] = {
        "name": stack,
        "data": data,
        "block_type_id": str(kind.id),
        "block_schema_id": str(schema.id),
    }
    try:
        await client.create_block_document(body)
    except (Conflict, Unanswered):
        there = await client.block_document(BLOCK_TYPE, stack)
        if there is None:
            raise
        return there
    return None


async def _block_type(client: PrefectClient) -> BlockTypeOut:
    kind = await client.block_type(BLOCK_TYPE)
    if kind is not None:
        return kind
    try:
        return await client.create_block_type(_TYPE)
    except (Conflict, Unanswered):
        made = await client.block_type(BLOCK_TYPE)
        if made is None:
            raise
        return made


def _dump(ledger: Ledger) -> dict[str, Json]:
    origin = ledger.origin
    state = {
        "origin": {
            "remote": origin.remote,
            "files": list(origin.files),
            "environment": origin.environment,
        },
        "ids": {str(address): id for address, id in sorted(ledger.ids.items())},
    }
    return {"format": _FORMAT, "state": [json.dumps(state)]}


def _parse(document: BlockDocumentOut) -> Ledger:
    try:
        state = json.loads(_text(document.data))
        return Ledger(
            origin=Origin(
                remote=state["origin"]["remote"],
                files=tuple(state["origin"]["files"]),
                environment=state["origin"]["environment"],
            ),
            ids={Address.parse(address): id for address, id in state["ids"].items()},
        )
    except (KeyError, TypeError, ValueError) as error:
        message = f"the ledger of the stack {document.name!r} has a form this version cannot read"
        raise UnreadableLedger(message) from error


def _text(data: Mapping[str, Json]) -> str:
    """The JSON text inside a document; empty, and so no JSON, in any other form."""
    state = data.get("state")
    known = data.get("format") == _FORMAT and isinstance(state, list) and len(state) == 1
    return str(state[0]) if known and isinstance(state, list) else ""
